//! What a road user or thing can be, whatever the names a model gives.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A road user or thing that rules speak of.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A person, on foot or riding.
    Person,
    /// A bicycle, with or without rider.
    Bicycle,
    /// A motorcycle or scooter, with or without rider.
    Motorcycle,
    /// A passenger car or van.
    Car,
    /// A bus or coach.
    Bus,
    /// A lorry.
    Truck,
    /// A dog, cow, horse…
    Animal,
    /// A backpack, handbag or suitcase.
    Bag,
    /// A helmet on somebody's head; only models made for it give it.
    Helmet,
    /// A head without a helmet; only models made for it give it.
    BareHead,
    /// Something that stands where nothing stood, told by the picture alone; no model gives it.
    Thing,
}

/// Classes that a detector takes for one another; a track keeps its family for life.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// People.
    Person,
    /// Bicycles and motorcycles.
    TwoWheeler,
    /// Cars, buses and lorries.
    Vehicle,
    /// Animals.
    Animal,
    /// Bags.
    Bag,
    /// Heads, with a helmet and without.
    Head,
    /// Things told by the picture alone.
    Thing,
}

impl Class {
    /// Every class, in the order of declaration.
    pub const ALL: [Self; 11] = [
        Self::Person,
        Self::Bicycle,
        Self::Motorcycle,
        Self::Car,
        Self::Bus,
        Self::Truck,
        Self::Animal,
        Self::Bag,
        Self::Helmet,
        Self::BareHead,
        Self::Thing,
    ];

    /// Classes that a model may give: all but [`Self::Thing`].
    pub const DETECTED: [Self; 10] = [
        Self::Person,
        Self::Bicycle,
        Self::Motorcycle,
        Self::Car,
        Self::Bus,
        Self::Truck,
        Self::Animal,
        Self::Bag,
        Self::Helmet,
        Self::BareHead,
    ];

    /// The family this class flickers within.
    pub const fn family(self) -> Family {
        match self {
            Self::Person => Family::Person,
            Self::Bicycle | Self::Motorcycle => Family::TwoWheeler,
            Self::Car | Self::Bus | Self::Truck => Family::Vehicle,
            Self::Animal => Family::Animal,
            Self::Bag => Family::Bag,
            Self::Helmet | Self::BareHead => Family::Head,
            Self::Thing => Family::Thing,
        }
    }

    /// The name used in configuration and records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Bicycle => "bicycle",
            Self::Motorcycle => "motorcycle",
            Self::Car => "car",
            Self::Bus => "bus",
            Self::Truck => "truck",
            Self::Animal => "animal",
            Self::Bag => "bag",
            Self::Helmet => "helmet",
            Self::BareHead => "bare_head",
            Self::Thing => "thing",
        }
    }
}
