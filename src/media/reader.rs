//! One file's video packets, in the order they are stored, with repaired time stamps.

use super::{
    clock::{PacketClock, Rate, Stamp},
    error::MediaError,
    mux::url,
    orientation::Orientation,
    raw,
    stream::StreamFacts,
    whole,
};
use ffmpeg_next::{
    Dictionary, Error, Packet, Rational,
    codec::packet::side_data,
    format::{self, context, stream::Disposition},
    media,
};
use std::{
    io::{Read, Seek},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Containers of recordings. Playlists, pictures and text are not: they would make FFmpeg open
/// other files, or take anything for a video.
const CONTAINERS: &str = "mov,mp4,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,h264,hevc,m4v,mjpeg,\
    mpjpeg,asf,ivf,obu,av1,nut,ogg,mxf,yuv4mpegpipe,dhav,vc1,rm,gxf,wtv,ingenient";
/// So many unreadable packets in a row are the end.
const PATIENCE: u32 = 1000;

/// An open file.
pub(super) struct Reader {
    input: context::Input,
    index: usize,
    pub(super) facts: Arc<StreamFacts>,
    /// Where the container's clock begins, in microseconds.
    pub(super) container_start: Option<i64>,
    /// The video's length in seconds, as the container says.
    pub(super) duration: Option<f64>,
    /// Frames, as the container counts or its rate suggests.
    pub(super) frames: Option<u64>,
    /// Bits a second of the whole file, sound included.
    pub(super) bits_per_second: Option<f64>,
    /// The container's own `creation_time`.
    pub(super) creation_time: Option<String>,
    clock: PacketClock,
    ahead: Option<Packet>,
    begun: bool,
    outline: whole::Outline,
    trouble: Option<String>,
    /// How the system failed while the file was read; reading it again may give more.
    failure: Option<String>,
    /// Time stamps repaired so far.
    pub(super) repairs: u64,
    /// Packets that were damaged in the container.
    pub(super) damaged: u64,
}

impl Reader {
    /// Opens a file and finds its video. `stop` ends waiting reads.
    pub(super) fn open(
        path: &Path,
        source: &Path,
        stop: &Arc<AtomicBool>,
    ) -> Result<Self, MediaError> {
        let url = check(path)?;
        let stopped = Arc::clone(stop);
        let interrupt = move || stopped.load(Ordering::Relaxed);
        let options: Dictionary =
            [("protocol_whitelist", "file"), ("format_whitelist", CONTAINERS)].iter().collect();
        let outline = whole::outline(path);
        let opened = format::input_with_interrupt_and_dictionary(&url, interrupt, options);
        let mut input = opened.map_err(|error| match error {
            Error::Exit => MediaError::Stopped { path: path.into() },
            _ if let Err(error) = both_ends(path) => MediaError::from_io(path, &error),
            _ if outline.is_mp4 && !outline.has_index => {
                MediaError::UnfinishedMp4 { path: path.into() }
            }
            _ => MediaError::NotVideo { path: path.into() },
        })?;
        let index = video_index(&input, path)?;
        raw::read_only_stream(&mut input, index);
        let missing = || MediaError::NotVideo { path: path.into() };
        let stream = input.stream(index).ok_or_else(missing)?;
        let facts = Arc::new(facts(&stream, source));
        let seconds =
            |value: i64, base: Rational| (value > 0).then(|| value as f64 * f64::from(base));
        let duration = seconds(stream.duration(), stream.time_base())
            .or_else(|| seconds(input.duration(), Rational(1, 1_000_000)));
        let frames = u64::try_from(stream.frames())
            .ok()
            .filter(|&n| n > 0)
            .or_else(|| duration.map(|d| (d * 1e6 / facts.nominal().max(1) as f64).round() as u64));
        let creation_time =
            [input.metadata().get("creation_time"), stream.metadata().get("creation_time")]
                .into_iter()
                .flatten()
                .next()
                .map(str::to_owned);
        let (second, nominal) = facts.ticks();
        Ok(Self {
            index,
            container_start: raw::start_time(&input),
            duration,
            frames,
            bits_per_second: rate(path, duration, raw::bit_rate(&input)),
            creation_time,
            clock: PacketClock::new(second, nominal),
            ahead: None,
            begun: false,
            outline,
            trouble: None,
            failure: None,
            repairs: 0,
            damaged: 0,
            facts,
            input,
        })
    }

    /// No packet so far bore a time stamp.
    pub(super) fn is_cadence(&self) -> bool {
        !self.clock.is_stamped()
    }

    /// The next packet with repaired stamps, or `None` at the end.
    pub(super) fn next(&mut self) -> Option<Packet> {
        if !self.begun {
            self.begun = true;
            self.ahead = self.fetch();
        }
        let mut packet = self.ahead.take()?;
        self.ahead = self.fetch();
        let cut_off = self.outline.is_stream && self.outline.short.is_some();
        if self.ahead.is_none() && (packet.is_corrupt() || cut_off) {
            self.damaged += 1;
            self.trouble.get_or_insert_with(|| "its last packet is cut off".to_owned());
            return None;
        }
        self.damaged += u64::from(packet.is_corrupt());
        let stamp = |p: &Packet| Stamp { pts: p.pts(), dts: p.dts() };
        let placed = self.clock.place(stamp(&packet), self.ahead.as_ref().map(stamp));
        if placed.repaired {
            self.repairs += 1;
        }
        packet.set_pts(placed.stamp.pts);
        packet.set_dts(placed.stamp.dts);
        Some(packet)
    }

    /// Why the file ended before its end, once [`Reader::next`] gave `None`.
    pub(super) fn why_short(&self) -> Option<String> {
        match self.outline.short {
            _ if self.failure.is_some() => self.failure.clone(),
            Some((there, declared)) => {
                Some(format!("the file is cut short ({there} of {declared} bytes)"))
            }
            None => self.trouble.clone(),
        }
    }

    /// Whether it was the system that failed, not the recording.
    pub(super) fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    fn fetch(&mut self) -> Option<Packet> {
        let packet = self.fetch_next();
        // Demuxers call a failed disk the end of the file, or read on behind it.
        if self.failure.is_none()
            && let Some(error) = raw::io_error(&self.input)
        {
            self.failure = Some(format!("the system could not read it: {error}"));
        }
        packet
    }

    fn fetch_next(&mut self) -> Option<Packet> {
        let mut failures = 0;
        loop {
            let mut packet = Packet::empty();
            match packet.read(&mut self.input) {
                Ok(()) if packet.stream() == self.index && packet.size() > 0 => {
                    self.damaged += u64::from(failures);
                    return Some(packet);
                }
                Ok(()) => {}
                Err(Error::Eof) => {
                    if failures > 0 {
                        self.trouble = Some("its end cannot be read".to_owned());
                    }
                    return None;
                }
                Err(Error::Exit) => return None,
                Err(
                    error @ (Error::InvalidData
                    | Error::Other { errno: ffmpeg_next::error::EAGAIN }),
                ) => {
                    failures += 1;
                    if failures >= PATIENCE {
                        self.trouble = Some(format!("it cannot be read on: {error}"));
                        return None;
                    }
                }
                Err(error) => {
                    self.trouble = Some(format!("reading stopped: {error}"));
                    return None;
                }
            }
        }
    }
}

/// Whether the system can read a file that FFmpeg did not open.
fn both_ends(path: &Path) -> std::io::Result<()> {
    let mut file = std::fs::File::open(path)?;
    let mut piece = Vec::new();
    file.by_ref().take(4096).read_to_end(&mut piece)?;
    let end = file.metadata()?.len().saturating_sub(4096);
    file.seek(std::io::SeekFrom::Start(end))?;
    file.take(4096).read_to_end(&mut piece).map(drop)
}

/// Bits a second: what the container says or the file's size comes to, whichever is more.
fn rate(path: &Path, duration: Option<f64>, declared: Option<f64>) -> Option<f64> {
    let size = std::fs::metadata(path).ok().map(|m| m.len() as f64);
    let average = size.zip(duration).map(|(size, seconds)| size * 8.0 / seconds);
    [declared, average].into_iter().flatten().filter(|r| r.is_finite()).reduce(f64::max)
}

/// What the operating system can tell before FFmpeg is asked.
fn check(path: &Path) -> Result<String, MediaError> {
    let failed = |error: std::io::Error| MediaError::from_io(path, &error);
    let size = std::fs::File::open(path).and_then(|file| file.metadata()).map_err(failed)?.len();
    if size == 0 {
        return Err(MediaError::Empty { path: path.into() });
    }
    url(path)
}

fn video_index(input: &context::Input, path: &Path) -> Result<usize, MediaError> {
    let best = |kind| input.streams().best(kind);
    let video = best(media::Type::Video)
        .filter(|stream| !stream.disposition().contains(Disposition::ATTACHED_PIC));
    let Some(video) = video else {
        let path = PathBuf::from(path);
        return Err(match best(media::Type::Audio) {
            Some(_) => MediaError::AudioOnly { path },
            None => MediaError::NotVideo { path },
        });
    };
    let parameters = video.parameters();
    if !raw::has_decoder(&parameters) {
        let (name, tag) = (raw::codec_name(&parameters), raw::codec_tag(&parameters));
        let codec = if name == "none" || name.starts_with("unknown") { tag } else { name };
        return Err(MediaError::UnsupportedCodec { path: path.into(), codec });
    }
    Ok(video.index())
}

fn facts(stream: &format::stream::Stream<'_>, source: &Path) -> StreamFacts {
    let rate = [stream.avg_frame_rate(), stream.rate()]
        .into_iter()
        .find(|r| r.numerator() > 0 && r.denominator() > 0)
        // What most cameras send where footage says nothing.
        .unwrap_or(Rational(25, 1));
    let display_matrix = stream
        .side_data()
        .find(|data| data.kind() == side_data::Type::DisplayMatrix)
        .map(|data| data.data().to_vec());
    let orientation =
        display_matrix.as_deref().map_or(Orientation::UPRIGHT, Orientation::from_matrix);
    let parameters = raw::Parameters::new(&stream.parameters());
    StreamFacts {
        path: source.into(),
        codec: parameters.codec_name(),
        parameters,
        time_base: stream.time_base(),
        orientation,
        display_matrix,
        rate: Rate { frames: i64::from(rate.numerator()), seconds: i64::from(rate.denominator()) },
    }
}
