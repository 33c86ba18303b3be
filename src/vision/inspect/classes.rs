//! Which names a model's class numbers have.

use super::super::classes::{ClassMap, ClassTable};
use super::facts::{Finding, Metadata};
use super::names;

/// A list of names, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// For messages.
    pub from: String,
    /// In the model's order.
    pub names: Vec<String>,
}

/// Names for a model's class numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Classes {
    /// The name of a table; empty where `names` has them.
    pub table: String,
    /// In the model's order; empty where `table` has them.
    pub names: Vec<String>,
    /// What was concluded.
    pub findings: Vec<Finding>,
}

/// Which lists there are, the one that was asked for first.
pub fn list(asked: Option<&List>, metadata: &Metadata) -> Option<List> {
    asked.cloned().or_else(|| {
        let (key, names) = metadata.names()?;
        Some(List { from: format!("the file's own \"{key}\""), names })
    })
}

/// Names for `count` classes; `usual` is the table of models whose outputs do not tell how many
/// classes there are.
///
/// # Errors
/// The list, where it has another number of names than the model has classes.
pub fn choose(count: Option<usize>, list: Option<&List>, usual: &str) -> Result<Classes, List> {
    let tables = || ClassTable::titles().into_iter();
    let named = |title: &str| ClassTable::named(title, &ClassMap::default());
    let table = |title: &str, finding: Finding| Classes {
        table: title.to_owned(),
        names: Vec::new(),
        findings: vec![finding],
    };
    if let Some(list) = list {
        if count.is_some_and(|n| n != list.names.len()) {
            return Err(list.clone());
        }
        let because = format!("{} has these {} names", list.from, list.names.len());
        let same = |title: &&str| named(title).is_some_and(|t| equal(&t, &list.names));
        if let Some(title) = tables().find(same) {
            return Ok(table(title, Finding::read("classes", title, because)));
        }
        let told = list.names.join(", ");
        let findings = vec![Finding::read("classes", told, because)];
        return Ok(Classes { table: String::new(), names: list.names.clone(), findings });
    }
    let otherwise =
        "write its own names as class_names in the manifest, or import it with --classes";
    let Some(count) = count else {
        let because = "the outputs do not tell how many classes there are";
        return Ok(table(usual, Finding::taken("classes", usual, because, otherwise)));
    };
    if let Some(title) = tables().find(|t| named(t).is_some_and(|t| t.len() == count)) {
        let because = format!("it has {count} classes, as many as {title}, and names none");
        return Ok(table(title, Finding::taken("classes", title, because, otherwise)));
    }
    let names: Vec<String> = (0..count).map(|i| format!("class {i}")).collect();
    let finding = Finding::taken(
        "classes",
        if count == 1 { "class 0".to_owned() } else { format!("class 0 to class {}", count - 1) },
        format!("it has {count} classes and names none, so nothing it finds means anything yet"),
        otherwise,
    );
    Ok(Classes { table: String::new(), names, findings: vec![finding] })
}

fn equal(table: &ClassTable, names: &[String]) -> bool {
    table.len() == names.len()
        && names.iter().enumerate().all(|(i, name)| table.index_of(name) == Some(i))
}

/// What the names stand for on a street, and which stand for nothing.
pub fn mapped(table: &ClassTable) -> Finding {
    let names = || (0..table.len()).filter_map(|i| Some((table.name(i)?, table.get(i))));
    let mut known: Vec<(&str, Vec<&str>)> = Vec::new();
    for (name, class) in names().filter_map(|(name, class)| Some((name, class?.name()))) {
        match known.iter_mut().find(|(c, _)| *c == class) {
            Some((_, names)) => names.push(name),
            None => known.push((class, vec![name])),
        }
    }
    let told = known.iter().map(|(class, names)| match &**names {
        [name] if name == class => name.to_string(),
        names => format!("{class} ({})", some(names)),
    });
    let value = told.collect::<Vec<_>>().join(", ");
    let others: Vec<&str> =
        names().filter(|(n, class)| class.is_none() && !n.is_empty()).map(|(n, _)| n).collect();
    let because = match &*others {
        [] => "every name stands for something rules speak of".to_owned(),
        [one] => format!("\"{one}\" stands for nothing rules speak of"),
        more => format!("{} names stand for nothing rules speak of: {}", more.len(), some(more)),
    };
    if known.is_empty() {
        let otherwise = "where some do, add them under [class_map] in the manifest";
        return Finding::taken("road users", "none", because, otherwise);
    }
    Finding::read("road users", value, because)
}

/// The first few names.
fn some(names: &[&str]) -> String {
    const SHOWN: usize = 6;
    let more = if names.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", names[..names.len().min(SHOWN)].join(", "))
}

/// A list as `--classes` gives it: the name of a table, or a file's text.
pub fn read(text: &str, from: String) -> Option<List> {
    let names = names::parse(text)?;
    Some(List { from, names })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(names: &[&str]) -> List {
        List { from: "classes.txt".into(), names: names.iter().map(|&n| n.to_owned()).collect() }
    }

    #[test]
    fn a_list_must_be_as_long_as_the_model_has_classes() {
        let two = list(&["car", "bus"]);
        assert_eq!(choose(Some(2), Some(&two), "coco80").unwrap().names, ["car", "bus"]);
        assert_eq!(choose(Some(3), Some(&two), "coco80"), Err(two.clone()));
        // Outputs that only give numbers take any list.
        assert_eq!(choose(None, Some(&two), "coco80").unwrap().names.len(), 2);
    }

    #[test]
    fn common_tables_go_by_their_name() {
        let coco = ClassTable::coco80();
        let names: Vec<&str> = (0..80).filter_map(|i| coco.name(i)).collect();
        let chosen = choose(Some(80), Some(&list(&names)), "coco91").unwrap();
        assert_eq!((&*chosen.table, chosen.names.len()), ("coco80", 0));
        assert!(chosen.findings[0].otherwise.is_none(), "the file itself says it");
        for (count, table) in [(Some(80), "coco80"), (Some(91), "coco91"), (None, "coco91")] {
            let chosen = choose(count, None, "coco91").unwrap();
            assert_eq!(chosen.table, table);
            assert!(chosen.findings[0].otherwise.is_some(), "it is a guess, and says so");
        }
        let none = choose(Some(3), None, "coco80").unwrap();
        assert_eq!(none.names, ["class 0", "class 1", "class 2"]);
    }

    #[test]
    fn what_names_stand_for_is_told() {
        let names = ["cone", "motorbike", "person"].map(str::to_owned);
        let told = mapped(&ClassTable::new("x", &names, &ClassMap::default()));
        assert_eq!(told.value, "motorcycle (motorbike), person");
        assert_eq!(told.because, "\"cone\" stands for nothing rules speak of");
        let none = mapped(&ClassTable::new("x", &names[..1], &ClassMap::default()));
        assert_eq!((&*none.value, none.otherwise.is_some()), ("none", true));
    }
}
