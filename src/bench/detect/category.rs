//! Names that label files give to classes, as the project's classes.

use crate::vision::Class;

/// The class a category's name stands for: the project's own names, COCO's animals and bags, and
/// usual other words. `None` for what the project does not know: such labels are not evaluated.
pub(super) fn class_of(name: &str) -> Option<Class> {
    let name = name.trim().to_lowercase().replace(['_', '-'], " ");
    if let Some(class) = Class::DETECTED.into_iter().find(|c| c.name() == name) {
        return Some(class);
    }
    Some(match name.as_str() {
        "pedestrian" | "people" | "human" => Class::Person,
        "bike" | "cyclist" => Class::Bicycle,
        "motorbike" | "motor" | "scooter" => Class::Motorcycle,
        "van" | "taxi" => Class::Car,
        "coach" => Class::Bus,
        "lorry" => Class::Truck,
        "bird" | "cat" | "dog" | "horse" | "sheep" | "cow" | "elephant" | "bear" | "zebra"
        | "giraffe" => Class::Animal,
        "backpack" | "handbag" | "suitcase" => Class::Bag,
        _ => return None,
    })
}
