//! Opening a connection: FFmpeg's options, its deadlines, and what its errors mean.

use super::{
    deadline::Deadline,
    device,
    options::{LiveOptions, Transport},
    problem::StreamProblem,
};
use crate::media::{
    clock::Rate, error::MediaError, orientation::Orientation, raw, raw_live, stream::StreamFacts,
};
use ffmpeg_next::{
    Dictionary, Error, Rational,
    error::{EAGAIN, ECONNREFUSED, ECONNRESET, EHOSTUNREACH, EIO, ENETUNREACH, EPIPE, ETIMEDOUT},
    format::{self, context},
    media,
};
use std::{net::ToSocketAddrs, thread, time::Duration};

/// What a camera's address may lead to; never files.
const PROTOCOLS: &str = "rtsp,rtsps,rtp,srtp,udp,tcp,tls,http,https,httpproxy,hls,crypto,rtmp,\
    rtmps,rtmpt,rtmpte,rtmpts,ffrtmphttp,ffrtmpcrypt";
/// What comes from there.
const FORMATS: &str = "rtsp,sdp,rtp,flv,live_flv,hls,mpegts,mpjpeg,mjpeg,mov,mp4,matroska,webm,\
    h264,hevc,m4v,mpeg,aac,mp3,ac3,eac3";
/// How often, and how far apart, a server that says it has no room is asked again.
const ROOM_TRIES: u32 = 10;
const ROOM_PAUSE: Duration = Duration::from_millis(200);
/// Media time is kept in microseconds, so that packets and pictures agree to the last digit.
pub(super) const MICROSECONDS: Rational = Rational(1, 1_000_000);

/// How a stream's packets come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// As they are made.
    Steady,
    /// In segments, each at once, from a list that grows (HLS, RFC 8216).
    Segments,
    /// From a device, which is asked and never waited for.
    Device,
}

/// An open connection and its video.
pub(super) struct Opened {
    pub(super) input: context::Input,
    pub(super) index: usize,
    pub(super) facts: StreamFacts,
    /// Seconds of one tick of its stamps.
    pub(super) ticks: Rational,
    pub(super) manner: Manner,
}

/// Connects and finds the video.
pub(super) fn open(options: &LiveOptions, deadline: &Deadline) -> Result<Opened, MediaError> {
    raw::init();
    deadline.renew(options.connect_seconds);
    let is_device = device::is_device(&options.url);
    let mut input = if is_device {
        device::open(&options.url).map_err(|found| problem(options, found))?
    } else {
        connect(options, deadline)?
    };
    let manner = match input.format().name() {
        _ if is_device => Manner::Device,
        name if name.starts_with("hls") => Manner::Segments,
        _ => Manner::Steady,
    };
    if manner == Manner::Segments && raw_live::is_closed(&input) {
        return Err(problem(options, StreamProblem::Closed));
    }
    let best = input.streams().best(media::Type::Video);
    let video = best.ok_or_else(|| problem(options, StreamProblem::NoVideo))?;
    let parameters = video.parameters();
    if !raw::has_decoder(&parameters) {
        let codec = raw::codec_name(&parameters);
        return Err(problem(options, StreamProblem::Codec(codec)));
    }
    let rate = [video.avg_frame_rate(), video.rate()]
        .into_iter()
        .find(|r| r.numerator() > 0 && (1.0..=240.0).contains(&f64::from(*r)))
        // What most cameras send where the stream says nothing.
        .unwrap_or(Rational(25, 1));
    let parameters = raw::Parameters::new(&parameters);
    let facts = StreamFacts {
        path: (&options.shown).into(),
        codec: parameters.codec_name(),
        parameters,
        time_base: MICROSECONDS,
        orientation: Orientation::UPRIGHT,
        display_matrix: None,
        rate: Rate { frames: i64::from(rate.numerator()), seconds: i64::from(rate.denominator()) },
    };
    let (index, ticks) = (video.index(), video.time_base());
    raw::read_only_stream(&mut input, index);
    Ok(Opened { input, index, facts, ticks, manner })
}

/// Connects to a stream that comes over the network.
fn connect(options: &LiveOptions, deadline: &Deadline) -> Result<context::Input, MediaError> {
    let opened = match ask(options, deadline, true) {
        // Asked for pictures alone, servers refuse to play a stream of sound in words of their own.
        Err(Error::HttpOther4xx | Error::HttpBadRequest) if is_rtsp(options) => {
            ask_again(options, deadline)
        }
        opened => opened,
    };
    opened.map_err(|error| {
        if deadline.is_stopped() {
            return MediaError::Stopped { path: (&options.shown).into() };
        }
        problem(options, explain(options, error, deadline.is_over()))
    })
}

/// Asks once more, for sound as well. A server that still puts the first connection away has no room for
/// the second (RTSP's 503), for as long as its machine is busy: a moment later it has.
fn ask_again(options: &LiveOptions, deadline: &Deadline) -> Result<context::Input, Error> {
    for _ in 0..ROOM_TRIES {
        match ask(options, deadline, false) {
            Err(Error::HttpServerError) if !deadline.is_over() => thread::sleep(ROOM_PAUSE),
            opened => return opened,
        }
    }
    ask(options, deadline, false)
}

fn ask(
    options: &LiveOptions,
    deadline: &Deadline,
    only_pictures: bool,
) -> Result<context::Input, Error> {
    let watch = deadline.clone();
    let settings = settings(options, only_pictures);
    format::input_with_interrupt_and_dictionary(&options.url, move || watch.is_over(), settings)
}

fn is_rtsp(options: &LiveOptions) -> bool {
    options.url.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("rtsp"))
}

/// The error of this stream.
pub(super) fn problem(options: &LiveOptions, problem: StreamProblem) -> MediaError {
    MediaError::Stream { shown: options.shown.clone(), problem }
}

fn settings(options: &LiveOptions, only_pictures: bool) -> Dictionary<'static> {
    let mut settings = Dictionary::new();
    settings.set("protocol_whitelist", PROTOCOLS);
    settings.set("format_whitelist", FORMATS);
    // Enough to know codec, size and rate; waiting for more only delays the first picture.
    settings.set("analyzeduration", "1000000");
    settings.set("fpsprobesize", "4");
    // The clock tells wrap-arounds from resets itself.
    settings.set("correct_ts_overflow", "0");
    // The interrupt ends every wait; should one forget to ask it, the socket ends it a little later.
    let timeout = ((options.read_seconds.max(options.connect_seconds) + 1.0) * 1e6) as i64;
    settings.set("rw_timeout", &timeout.to_string());
    // A list that has not grown when it should have three times is given up, in every FFmpeg alike.
    settings.set("max_reload", "3");
    if is_rtsp(options) {
        settings.set("timeout", &timeout.to_string());
        // Sound is not needed, and with it FFmpeg moves stamps at the first sender report.
        if only_pictures {
            settings.set("allowed_media_types", "video");
        }
        match options.transport {
            Transport::Tcp => settings.set("rtsp_transport", "tcp"),
            Transport::Udp => {
                settings.set("rtsp_transport", "udp");
                settings.set("buffer_size", "4194304");
                settings.set("max_delay", "300000");
            }
        }
    }
    settings
}

/// What an error in opening means.
fn explain(options: &LiveOptions, error: Error, is_late: bool) -> StreamProblem {
    let errno = match error {
        Error::HttpUnauthorized => return StreamProblem::Unauthorised,
        Error::HttpForbidden => return StreamProblem::Forbidden,
        Error::HttpNotFound | Error::StreamNotFound => return StreamProblem::NoSuchStream,
        Error::HttpBadRequest | Error::HttpOther4xx | Error::HttpServerError => {
            return StreamProblem::Answer(error.to_string());
        }
        // FFmpeg calls a wait that was ended by many names.
        _ if is_late => return StreamProblem::NoAnswer(options.connect_seconds),
        Error::Other { errno } => errno,
        _ => return StreamProblem::Rubbish,
    };
    match errno {
        ECONNREFUSED => StreamProblem::PortRefused,
        ETIMEDOUT | EAGAIN => StreamProblem::NoAnswer(options.connect_seconds),
        ECONNRESET | EPIPE => StreamProblem::Broken(error.to_string()),
        EHOSTUNREACH | ENETUNREACH => StreamProblem::Unreachable(error.to_string()),
        // FFmpeg's word for a name it cannot resolve, among other things.
        EIO if !is_known(&options.url) => StreamProblem::UnknownHost,
        _ => StreamProblem::Rubbish,
    }
}

/// Whether the address's host name can be resolved.
fn is_known(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    (name, 0).to_socket_addrs().is_ok_and(|mut found| found.next().is_some())
}

/// What an error in reading means; `None` where reading may go on.
pub(super) fn broken(error: Error, read_seconds: f64, is_late: bool) -> Option<StreamProblem> {
    match error {
        Error::Exit if is_late => Some(StreamProblem::NoPackets(read_seconds)),
        Error::Other { errno: ETIMEDOUT } => Some(StreamProblem::NoPackets(read_seconds)),
        Error::InvalidData | Error::Other { errno: EAGAIN } => None,
        error => Some(StreamProblem::Broken(error.to_string())),
    }
}
