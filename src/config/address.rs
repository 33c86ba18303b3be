//! The address of a stream, or the path of a local device: usable, but never shown with its password.

use super::redact::redact;
use std::fmt::{self, Write as _};

/// Schemes that FFmpeg opens as streams.
const SCHEMES: [&str; 5] = ["rtsp://", "rtsps://", "rtmp://", "http://", "https://"];
/// Where local devices lie; anything else of the file system is no stream.
const DEVICES: &str = "/dev/";

/// The address of a stream, or the path of a local device. `Debug` and `Display` mask credentials and leave `${NAME}` as written;
/// only [`StreamUrl::reveal`] gives the address itself.
#[derive(Clone, PartialEq, Eq)]
pub struct StreamUrl {
    address: String,
    shown: String,
    literal_secret: bool,
}

/// Why a text is no stream address. Holds no part of it but variables' names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum UrlError {
    #[error(
        "needs the environment variable {0}, which is not set; set it or write the address out"
    )]
    NotSet(String),
    #[error("has \"${{\" without a variable's name and \"}}\"; write ${{NAME}}")]
    Placeholder,
    #[error(
        "must begin with {}, or be a device such as /dev/video0; for a recording use \"path\"",
        SCHEMES.join(", ")
    )]
    Scheme,
    #[error("leaves the folder of devices; write a device's path without \"..\", like /dev/video0")]
    Device,
    #[error("names no host; write it like rtsp://host:554/stream")]
    Host,
    #[error("has a port that is no number; write it like rtsp://host:554/stream")]
    Port,
    #[error("has spaces or line breaks; write them as %20 or remove them")]
    Blank,
}

impl StreamUrl {
    /// From an address as written, with each `${NAME}` replaced by what `environment` says. Values
    /// are put in as they are, so one with `@`, `/`, `?` or `#` must be percent-encoded.
    pub(super) fn new(
        written: &str,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, UrlError> {
        let written = written.trim();
        let address = expand(written, environment)?;
        if address.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(UrlError::Blank);
        }
        if let Some(name) = address.strip_prefix(DEVICES) {
            if name.is_empty() || name.split('/').any(|part| part == "..") {
                return Err(UrlError::Device);
            }
            return Ok(Self { address, shown: redact(written), literal_secret: false });
        }
        let lower = address.to_ascii_lowercase();
        let scheme = SCHEMES.iter().find(|s| lower.starts_with(**s)).ok_or(UrlError::Scheme)?;
        let host = address[scheme.len()..].split(['/', '?', '#']).next().unwrap_or_default();
        if host.rsplit('@').next().is_none_or(|host| host.is_empty() || host.starts_with(':')) {
            return Err(UrlError::Host);
        }
        if !port_is_sound(host) {
            return Err(UrlError::Port);
        }
        let shown = redact(written);
        let literal_secret = shown != written && !written.contains("${");
        Ok(Self { address, shown, literal_secret })
    }

    /// Whether it is the path of a local device, which has neither host nor password.
    pub fn is_device(&self) -> bool {
        self.address.starts_with(DEVICES)
    }

    /// Whether it is a list of segments (HLS), by its name.
    pub fn is_list(&self) -> bool {
        let path = self.address.split(['?', '#']).next().unwrap_or_default();
        path.to_ascii_lowercase().ends_with(".m3u8")
    }

    /// The address with its credentials, for opening the stream and nothing else.
    pub fn reveal(&self) -> &str {
        &self.address
    }

    /// The same address with a user and a password, percent-encoded; `None` where it holds some.
    pub(super) fn with_credentials(&self, user: &str, password: &str) -> Option<Self> {
        let (scheme, rest) = self.address.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return None;
        }
        let address = format!("{scheme}://{}:{}@{rest}", encoded(user), encoded(password));
        let shown = match self.shown.split_once("://") {
            Some((scheme, rest)) => format!("{scheme}://***@{rest}"),
            None => self.shown.clone(),
        };
        Some(Self { address, shown, literal_secret: self.literal_secret })
    }

    /// Whether the configuration file itself holds the password.
    pub fn secret_in_file(&self) -> bool {
        self.literal_secret
    }
}

impl fmt::Display for StreamUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for StreamUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StreamUrl({})", self.shown)
    }
}

/// A password where the port belongs (`rtsp://user:password`, the host forgotten) would not be
/// known for one, and shown.
fn port_is_sound(authority: &str) -> bool {
    let host = authority.rsplit('@').next().unwrap_or_default();
    let after_address = host.rsplit(']').next().unwrap_or_default();
    after_address.split_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_ok())
}

/// With everything percent-encoded that means something in an address (RFC 3986, section 2.3).
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

pub(super) fn expand(
    written: &str,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<String, UrlError> {
    let mut out = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').ok_or(UrlError::Placeholder)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(plain) {
            return Err(UrlError::Placeholder);
        }
        out.push_str(before);
        out.push_str(&environment(name).ok_or_else(|| UrlError::NotSet(name.to_owned()))?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(written: &str) -> Result<StreamUrl, UrlError> {
        StreamUrl::new(written, &|name| match name {
            "CAM_PASSWORD" => Some("h1dden".to_owned()),
            "CAM_URL" => Some("rtsp://u:h1dden@10.0.0.1/main".to_owned()),
            "BROKEN" => Some("h1dden\n".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn the_password_is_used_and_never_shown() {
        for (written, shown) in [
            ("rtsp://admin:h1dden@10.0.0.1:554/main", "rtsp://***@10.0.0.1:554/main"),
            ("rtsp://admin:${CAM_PASSWORD}@10.0.0.1/main", "rtsp://***@10.0.0.1/main"),
            ("rtsp://u:h1dden@[fe80::1]:554/main", "rtsp://***@[fe80::1]:554/main"),
            ("${CAM_URL}", "${CAM_URL}"),
            ("rtsp://h/?user=a&password=h1dden", "rtsp://h/?user=a&password=***"),
        ] {
            let url = url(written).unwrap();
            assert!(url.reveal().contains("h1dden"));
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), format!("StreamUrl({shown})"));
        }
    }

    #[test]
    fn credentials_from_elsewhere_are_encoded_and_never_shown() {
        let with =
            url("rtsp://h:554/main?a=b").unwrap().with_credentials("admin", "p@:/ ä").unwrap();
        assert_eq!(with.reveal(), "rtsp://admin:p%40%3A%2F%20%C3%A4@h:554/main?a=b");
        assert_eq!(with.to_string(), "rtsp://***@h:554/main?a=b");
        assert_eq!(url("rtsp://u:p@h/main").unwrap().with_credentials("a", "b"), None);
    }

    #[test]
    fn a_device_is_an_address_without_credentials() {
        for path in ["/dev/video0", "/dev/v4l/by-path/pci-0000:00:14.0-usb-0:1:1.0-video-index0"] {
            let device = url(path).unwrap();
            assert!(device.is_device() && !device.secret_in_file());
            assert_eq!((device.reveal(), device.to_string().as_str()), (path, path));
            assert_eq!(device.with_credentials("a", "b"), None);
        }
        assert!(!url("rtsp://h/dev/video0").unwrap().is_device());
        assert!(url("https://h/a/LIVE.m3u8?token=1").unwrap().is_list());
        assert!(!url("rtsp://h/a?list=live.m3u8").unwrap().is_list());
    }

    #[test]
    fn a_password_written_in_the_file_is_known() {
        assert!(url("rtsp://admin:h1dden@h/main").unwrap().secret_in_file());
        assert!(!url("rtsp://admin:${CAM_PASSWORD}@h/main").unwrap().secret_in_file());
        assert!(!url("rtsp://h/main").unwrap().secret_in_file());
    }

    #[test]
    fn what_is_no_address_is_refused_without_showing_it() {
        for (written, error) in [
            ("rtsp://u:${NOPE}@h", UrlError::NotSet("NOPE".to_owned())),
            ("rtsp://${CAM_PASSWORD", UrlError::Placeholder),
            ("rtsp://${}", UrlError::Placeholder),
            ("u:h1dden@10.0.0.1/main", UrlError::Scheme),
            ("clip.mp4", UrlError::Scheme),
            ("rtsp:///main", UrlError::Host),
            ("rtsp://u:h1dden@:554/main", UrlError::Host),
            ("rtsp://u:h1dden/main", UrlError::Port),
            ("rtsp://u:p@h:1:2/main", UrlError::Port),
            ("rtsp://u:${BROKEN}@h", UrlError::Blank),
            ("/dev/", UrlError::Device),
            ("/dev/../etc/passwd", UrlError::Device),
            ("/etc/passwd", UrlError::Scheme),
            ("dev/video0", UrlError::Scheme),
        ] {
            let refused = url(written).unwrap_err();
            assert_eq!(refused, error, "{written}");
            assert!(!refused.to_string().contains("h1dden"));
        }
    }
}
