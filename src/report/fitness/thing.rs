//! What is seen, in Vietnamese, as sentences name it.

use crate::vision::Class;

/// What people call one of a class.
pub(super) const fn thing(class: Class) -> &'static str {
    match class {
        Class::Person => "người",
        Class::Bicycle => "xe đạp",
        Class::Motorcycle => "xe máy",
        Class::Car => "ô tô",
        Class::Bus => "xe buýt",
        Class::Truck => "xe tải",
        Class::Animal => "động vật",
        Class::Bag => "túi xách",
        Class::Helmet => "người đội mũ bảo hiểm",
        Class::BareHead => "người không đội mũ bảo hiểm",
        Class::Thing => "đồ vật",
    }
}

/// Several of them in a row.
pub(super) fn things(classes: &[Class]) -> String {
    classes.iter().map(|c| thing(*c)).collect::<Vec<_>>().join(", ")
}
