//! A model's class numbers: their names, and which of the project's classes each stands for.

use super::Class;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Tables and map that come with the program.
const DATA: &str = include_str!("../../models/classes.toml");

/// What the file holds; empty only if the embedded file were broken, which a test excludes.
static BUILT_IN: LazyLock<Data> = LazyLock::new(|| toml::from_str(DATA).unwrap_or_default());

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Data {
    tables: BTreeMap<String, Vec<String>>,
    class_map: BTreeMap<String, String>,
}

/// Which class a name stands for, whoever trained the model: `motorbike` and `xe máy` are one.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassMap(BTreeMap<String, Class>);

impl Default for ClassMap {
    /// The map that comes with the program.
    fn default() -> Self {
        let mut map = Self(BTreeMap::new());
        // A test excludes a mistake in the embedded file.
        let _ = map.extend(&BUILT_IN.class_map);
        map
    }
}

impl ClassMap {
    /// Adds to the map, or changes it; `none` takes a name out.
    ///
    /// # Errors
    /// A class that is none, as a sentence that names it.
    pub fn extend(&mut self, more: &BTreeMap<String, String>) -> Result<(), String> {
        for (name, class) in more {
            let said = folded(class);
            if said == "none" {
                self.0.remove(&folded(name));
                continue;
            }
            let Some(class) = Class::DETECTED.into_iter().find(|c| folded(c.name()) == said) else {
                let known = Class::DETECTED.map(Class::name).join(", ");
                return Err(format!(
                    "class_map gives \"{name}\" the class \"{class}\", which is not known here; \
                     write one of {known}, or none"
                ));
            };
            self.0.insert(folded(name), class);
        }
        Ok(())
    }

    /// The class a name stands for; `None` where it is no road user or thing rules speak of.
    pub fn get(&self, name: &str) -> Option<Class> {
        self.0.get(&folded(name)).copied()
    }
}

/// Case, dashes and the way letters are composed make no difference.
fn folded(name: &str) -> String {
    let spaced: String = name.nfc().map(|c| if matches!(c, '_' | '-') { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Class numbers of one model, each with its name and the road user or thing it stands for, or
/// nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassTable {
    title: String,
    names: Vec<String>,
    classes: Vec<Option<Class>>,
}

impl ClassTable {
    /// A table of these names; `title` is for messages.
    pub fn new(title: &str, names: &[String], map: &ClassMap) -> Self {
        let mut classes: Vec<Option<Class>> = names.iter().map(|name| map.get(name)).collect();
        // Beside helmets a "head" is one without; alone it is any head.
        if classes.contains(&Some(Class::Helmet)) {
            for (name, class) in names.iter().zip(&mut classes) {
                if class.is_none() && folded(name) == "head" {
                    *class = Some(Class::BareHead);
                }
            }
        }
        Self { title: title.to_owned(), names: names.to_vec(), classes }
    }

    /// The 80 classes of COCO (Lin et al., 2014), in the order detectors are trained with.
    pub fn coco80() -> Self {
        let names = BUILT_IN.tables.get("coco80").map_or(&[][..], Vec::as_slice);
        Self::new("coco80", names, &ClassMap::default())
    }

    /// By the name manifests use; see [`ClassTable::titles`].
    pub fn named(title: &str, map: &ClassMap) -> Option<Self> {
        BUILT_IN.tables.get(title).map(|names| Self::new(title, names, map))
    }

    /// The tables that come with the program.
    pub fn titles() -> Vec<&'static str> {
        BUILT_IN.tables.keys().map(String::as_str).collect()
    }

    /// The classes it has names for, in the order of [`Class::ALL`].
    pub fn gives(&self) -> Vec<Class> {
        Class::ALL.into_iter().filter(|c| self.classes.contains(&Some(*c))).collect()
    }

    /// What messages call the table.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What class number `i` stands for.
    pub fn get(&self, i: usize) -> Option<Class> {
        self.classes.get(i).copied().flatten()
    }

    /// The model's own name of class number `i`; empty where the table has a gap.
    pub fn name(&self, i: usize) -> Option<&str> {
        self.names.get(i).map(String::as_str)
    }

    /// The number of the class the model calls so; case and dashes make no difference.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        let name = folded(name);
        self.names.iter().position(|n| folded(n) == name)
    }

    /// How many numbers the model has.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_file_is_sound() {
        let data: Data = toml::from_str(DATA).unwrap();
        ClassMap(BTreeMap::new()).extend(&data.class_map).unwrap();
        assert_eq!(ClassTable::titles(), ["coco80", "coco91"]);
        let (short, long) = (&data.tables["coco80"], &data.tables["coco91"]);
        assert_eq!((short.len(), long.len()), (80, 91));
        let used: Vec<&String> = long[1..].iter().filter(|n| !n.is_empty()).collect();
        assert_eq!(used, short.iter().collect::<Vec<_>>());
    }

    #[test]
    fn coco_means_what_it_always_did() {
        let table = ClassTable::coco80();
        for i in 0..80 {
            let wanted = match i {
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
            assert_eq!(table.get(i), wanted, "{i}");
        }
        let gaps = ClassTable::named("coco91", &ClassMap::default()).unwrap();
        assert_eq!((gaps.get(0), gaps.get(6), gaps.get(26)), (None, Some(Class::Bus), None));
        assert_eq!((gaps.name(90), gaps.index_of("Traffic_Light")), (Some("toothbrush"), Some(10)));
    }

    #[test]
    fn a_user_adds_names_and_takes_them_out() {
        let mut map = ClassMap::default();
        let more = [("Xe Lam", "motorcycle"), ("suitcase", "none"), ("van", "Truck")];
        let more = more.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        map.extend(&more).unwrap();
        assert_eq!(map.get("xe_lam"), Some(Class::Motorcycle));
        assert_eq!((map.get("suitcase"), map.get("VAN")), (None, Some(Class::Truck)));
        let helmets = ["head", "With Helmet", "no-helmet"].map(str::to_owned);
        let table = ClassTable::new("x", &helmets, &ClassMap::default());
        let (bare, helmet) = (Some(Class::BareHead), Some(Class::Helmet));
        assert_eq!((table.get(0), table.get(1), table.get(2)), (bare, helmet, bare));
        let heads = ClassTable::new("x", &helmets[..1], &ClassMap::default());
        assert_eq!(heads.get(0), None, "any head");
        // The same letters, their marks written apart.
        assert_eq!(map.get("xe ma\u{301}y"), Some(Class::Motorcycle));
        let wrong = map.extend(&[("x".to_owned(), "vehicle".to_owned())].into()).unwrap_err();
        assert!(wrong.contains("\"vehicle\", which is not known") && wrong.contains("truck"));
    }
}
