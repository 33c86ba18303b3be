/* A camera at this machine that is none: preloaded before a program, it stands where FAKE_CAMERA
   says, and answers as Video4Linux does (kernel documentation, userspace-api/media/v4l). It gives the
   Motion JPEG pictures 0.jpg, 1.jpg, ... of the folder FAKE_PICTURES, 10 a second, over and over, and
   is unplugged while there is a file "unplugged" beside them. One device, opened once, one reader. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { BUFFERS = 4, SIZE = 1 << 20 };
static int device = -1, queue[BUFFERS], queued, width = 768, height = 576;
static long long due;
static unsigned count;

static int named(const char *name, char *path, size_t size) {
  snprintf(path, size, "%s/%s", getenv("FAKE_PICTURES"), name);
  return access(path, F_OK) == 0;
}

static int unplugged(void) {
  char path[4096];
  return named("unplugged", path, sizeof path);
}

static int opened(const char *path, int flags, mode_t mode, const char *real) {
  const char *fake = getenv("FAKE_CAMERA");
  if (!fake || strcmp(path, fake) != 0) {
    int (*next)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, real);
    return next(path, flags, mode);
  }
  if (unplugged()) {
    errno = ENODEV;
    return -1;
  }
  device = memfd_create("camera", MFD_CLOEXEC);
  queued = 0;
  if (ftruncate(device, BUFFERS * SIZE) != 0) return -1;
  return device;
}

int open(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = va_arg(more, mode_t);
  va_end(more);
  return opened(path, flags, mode, "open");
}

int open64(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = va_arg(more, mode_t);
  va_end(more);
  return opened(path, flags, mode, "open64");
}

static int fails(int error) {
  errno = error;
  return -1;
}

static int dequeue(struct v4l2_buffer *buffer) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  long long time = now.tv_sec * 1000000LL + now.tv_nsec / 1000;
  if (unplugged()) return fails(ENODEV);
  if (time < due || queued == 0) return fails(EAGAIN);
  due = (due ? due : time) + 100000;
  char name[32], path[4096];
  snprintf(name, sizeof name, "%u.jpg", count);
  if (!named(name, path, sizeof path)) {
    count = 0;
    named("0.jpg", path, sizeof path);
  }
  count++;
  static char picture[SIZE];
  FILE *file = fopen(path, "rb");
  if (!file) return fails(EIO);
  size_t size = fread(picture, 1, SIZE, file);
  fclose(file);
  int index = queue[0];
  memmove(queue, queue + 1, sizeof queue - sizeof queue[0]);
  queued--;
  if (pwrite(device, picture, size, (off_t)index * SIZE) != (ssize_t)size) return fails(EIO);
  buffer->index = index;
  buffer->bytesused = size;
  buffer->length = SIZE;
  buffer->flags = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
  buffer->timestamp.tv_sec = now.tv_sec;
  buffer->timestamp.tv_usec = now.tv_nsec / 1000;
  return 0;
}

static void describe(struct v4l2_format *format) {
  struct v4l2_pix_format *pix = &format->fmt.pix;
  pix->width = width;
  pix->height = height;
  pix->pixelformat = V4L2_PIX_FMT_MJPEG;
  pix->field = V4L2_FIELD_NONE;
  pix->bytesperline = 0;
  pix->sizeimage = SIZE;
}

int ioctl(int fd, unsigned long request, ...) {
  va_list more;
  va_start(more, request);
  void *argument = va_arg(more, void *);
  va_end(more);
  if (fd != device || fd < 0) {
    int (*next)(int, unsigned long, ...) = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
    return next(fd, request, argument);
  }
  switch ((unsigned)request) {
  case VIDIOC_QUERYCAP: {
    struct v4l2_capability *is = argument;
    is->capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    return 0;
  }
  case VIDIOC_ENUMINPUT: {
    struct v4l2_input *input = argument;
    return input->index == 0 ? 0 : fails(EINVAL);
  }
  case VIDIOC_G_INPUT:
    *(int *)argument = 0;
    return 0;
  case VIDIOC_S_INPUT:
  case VIDIOC_STREAMON:
  case VIDIOC_STREAMOFF:
    return 0;
  case VIDIOC_ENUM_FMT: {
    struct v4l2_fmtdesc *format = argument;
    if (format->index > 0) return fails(EINVAL);
    format->pixelformat = V4L2_PIX_FMT_MJPEG;
    format->flags = V4L2_FMT_FLAG_COMPRESSED;
    return 0;
  }
  /* As drivers do: whatever is asked for, it gives what it can. */
  case VIDIOC_G_FMT:
  case VIDIOC_S_FMT:
  case VIDIOC_TRY_FMT:
    describe(argument);
    return 0;
  case VIDIOC_G_PARM:
  case VIDIOC_S_PARM: {
    struct v4l2_captureparm *capture = &((struct v4l2_streamparm *)argument)->parm.capture;
    capture->capability = V4L2_CAP_TIMEPERFRAME;
    capture->timeperframe.numerator = 1;
    capture->timeperframe.denominator = 10;
    return 0;
  }
  case VIDIOC_REQBUFS:
    ((struct v4l2_requestbuffers *)argument)->count = BUFFERS;
    return 0;
  case VIDIOC_QUERYBUF: {
    struct v4l2_buffer *buffer = argument;
    buffer->length = SIZE;
    buffer->m.offset = buffer->index * SIZE;
    return 0;
  }
  case VIDIOC_QBUF:
    if (queued == BUFFERS) return fails(EINVAL);
    queue[queued++] = ((struct v4l2_buffer *)argument)->index;
    return 0;
  case VIDIOC_DQBUF:
    return dequeue(argument);
  default:
    return fails(ENOTTY);
  }
}
