//! Where in a head each lamp may be. A doubt, never a proof: colour decides.

use super::colour::Colour;

/// Height over width from which a head has its lamps one above the other; the other way round,
/// beside each other.
const LONG: f32 = 1.7;
/// Lamps of one head lie at least this far apart, as a share of the head.
const APART: f32 = 0.2;
/// A drawn lamp's light may be centred this far outside its box, in boxes: halos, loose drawing.
const LOOSE: f32 = 0.5;

/// A point or a size, as shares of the head's width and height.
type Share = (f32, f32);

/// Where the lamps of a head may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Places {
    /// Only the head is drawn; its height over width.
    Shape(f32),
    /// Red, amber and green are drawn: middle and size, as shares of the head.
    Drawn([Option<(Share, Share)>; 3]),
}

impl Places {
    /// Whether this colour may be lit with its middle there.
    pub(super) fn may_be(&self, colour: Colour, (x, y): Share) -> bool {
        match self {
            Self::Shape(shape) if *shape >= LONG => match colour {
                Colour::Red => y <= 0.6,
                Colour::Amber => (0.2..=0.8).contains(&y),
                Colour::Green => y >= 0.4,
            },
            // Red is left in some countries and right in others.
            Self::Shape(shape) if *shape <= 1.0 / LONG => {
                colour != Colour::Amber || (0.2..=0.8).contains(&x)
            }
            Self::Shape(_) => true,
            Self::Drawn(lamps) => {
                let Some(own) = lamps[colour.index()] else { return false };
                let away = |((cx, cy), _): (Share, Share)| (x - cx).hypot(y - cy);
                let ((cx, cy), (w, h)) = own;
                let near =
                    (x - cx).abs() <= w * (0.5 + LOOSE) && (y - cy).abs() <= h * (0.5 + LOOSE);
                near && lamps.iter().flatten().all(|other| away(*other) >= away(own))
            }
        }
    }

    /// Whether a red and an amber there are two lamps of the head, in their places.
    pub(super) fn are_apart(&self, red: Share, amber: Share) -> bool {
        match self {
            Self::Shape(shape) if *shape >= LONG => amber.1 - red.1 > APART,
            Self::Shape(shape) if *shape <= 1.0 / LONG => (amber.0 - red.0).abs() > APART,
            Self::Shape(_) => false,
            Self::Drawn(_) => self.may_be(Colour::Red, red) && self.may_be(Colour::Amber, amber),
        }
    }
}
