//! A model's class numbers as the project's classes.

use super::Class;

/// Class numbers of one model, each with the road user or thing it stands for, or nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassTable(Vec<Option<Class>>);

impl ClassTable {
    /// The 80 classes of COCO (Lin et al., 2014), in the order detectors are trained with.
    pub fn coco80() -> Self {
        let class = |i: usize| match i {
            0 => Some(Class::Person),
            1 => Some(Class::Bicycle),
            2 => Some(Class::Car),
            3 => Some(Class::Motorcycle),
            5 => Some(Class::Bus),
            7 => Some(Class::Truck),
            15..=23 => Some(Class::Animal),
            24 | 26 | 28 => Some(Class::Bag),
            _ => None,
        };
        Self((0..80).map(class).collect())
    }

    /// By the name models/manifest.toml uses.
    pub fn named(name: &str) -> Option<Self> {
        (name == "coco80").then(Self::coco80)
    }

    /// What class number `i` stands for.
    pub fn get(&self, i: usize) -> Option<Class> {
        self.0.get(i).copied().flatten()
    }

    /// How many numbers the model has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
