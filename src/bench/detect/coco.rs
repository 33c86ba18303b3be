//! Label files in COCO's form (Lin et al., "Microsoft COCO: Common Objects in Context", ECCV 2014).
//!
//! Only boxes are read: `images[].{id,file_name}`, `categories[].{id,name}`,
//! `annotations[].{image_id,category_id,bbox,iscrowd}`. For a folder of pictures an image is the one
//! of its `file_name`; for a video the number at the end of `file_name` is the frame, counted from 1,
//! or from 0 where a file has a frame 0.

use super::category::class_of;
use super::clip::Clip;
use super::error::DetectError;
use super::labels::{LabelBox, Labels};
use crate::vision::Class;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::Path;

#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct Document {
    images: Vec<Image>,
    annotations: Vec<Annotation>,
    categories: Vec<Category>,
}

#[derive(Deserialize)]
struct Image {
    id: i64,
    file_name: String,
}

#[derive(Deserialize)]
struct Category {
    id: i64,
    name: String,
}

#[derive(Deserialize)]
struct Annotation {
    image_id: i64,
    category_id: i64,
    bbox: Vec<f64>,
    #[serde(default)]
    iscrowd: i64,
}

pub(super) fn read(path: &Path, clip: &Clip) -> Result<Labels, DetectError> {
    let file = std::fs::File::open(path)
        .map_err(|source| DetectError::Unreadable { path: path.to_owned(), source })?;
    let wrong =
        |place: String, reason: String| DetectError::Label { path: path.to_owned(), place, reason };
    let document: Document = serde_json::from_reader(BufReader::new(file)).map_err(|e| {
        let reason = e.to_string();
        let reason = reason.split(" at line ").next().unwrap_or_default();
        let place = format!("line {}, column {}", e.line(), e.column());
        wrong(place, format!("{reason}; COCO's form has images, annotations and categories"))
    })?;
    let mut labels = Labels::default();
    let classes = classes(&document.categories, &mut labels, &wrong)?;
    let frames = frames(&document.images, path, clip, &wrong)?;
    labels.frames = frames.values().map(|&f| (f, Vec::new())).collect();
    for (i, a) in document.annotations.iter().enumerate() {
        let place = |key: &str| format!("annotations[{i}].{key}");
        let Some(frame) = frames.get(&a.image_id) else {
            return Err(wrong(place("image_id"), format!("no image has the id {}", a.image_id)));
        };
        let Some(class) = classes.get(&a.category_id) else {
            let reason = format!("no category has the id {}", a.category_id);
            return Err(wrong(place("category_id"), reason));
        };
        let &[left, top, width, height] = a.bbox.as_slice() else {
            let reason =
                format!("{} numbers where 4 belong: left, top, width, height", a.bbox.len());
            return Err(wrong(place("bbox"), reason));
        };
        if width < 0.0 || height < 0.0 {
            let reason = format!("{width} wide and {height} high; neither may be negative");
            return Err(wrong(place("bbox"), reason));
        }
        if let (Some(class), Some(boxes)) = (*class, labels.frames.get_mut(frame)) {
            let ignored = a.iscrowd != 0;
            boxes.push(LabelBox { class, left, top, width, height, ignored });
        }
    }
    Ok(labels)
}

type Wrong<'a> = &'a dyn Fn(String, String) -> DetectError;

fn classes(
    categories: &[Category],
    labels: &mut Labels,
    wrong: Wrong<'_>,
) -> Result<BTreeMap<i64, Option<Class>>, DetectError> {
    let mut classes = BTreeMap::new();
    let mut unknown = Vec::new();
    for (i, category) in categories.iter().enumerate() {
        let class = class_of(&category.name);
        if classes.insert(category.id, class).is_some() {
            let reason = format!("the id {} stands twice", category.id);
            return Err(wrong(format!("categories[{i}].id"), reason));
        }
        match class {
            Some(class) => _ = labels.classes.insert(class),
            None => unknown.push(category.name.as_str()),
        }
    }
    if labels.classes.is_empty() {
        let reason = format!("none of {} is a class known here", unknown.join(", "));
        return Err(wrong("categories".into(), reason));
    }
    if !unknown.is_empty() {
        let (shown, more) = (unknown.len().min(5), if unknown.len() > 5 { ", …" } else { "" });
        let list = unknown[..shown].join(", ");
        labels.notes.push(format!("labels of classes not known here were left out: {list}{more}"));
    }
    Ok(classes)
}

/// The clip's frame of each image id.
fn frames(
    images: &[Image],
    path: &Path,
    clip: &Clip,
    wrong: Wrong<'_>,
) -> Result<BTreeMap<i64, u64>, DetectError> {
    let from_zero = images.iter().any(|i| number(&i.file_name) == Some(0));
    let mut frames = BTreeMap::new();
    let mut used = BTreeMap::new();
    for (i, image) in images.iter().enumerate() {
        let place = |key: &str| format!("images[{i}].{key}");
        let name = image.file_name.as_str();
        let frame = if let Some(pictures) = clip.pictures() {
            let name = Path::new(name).file_name().unwrap_or_default();
            pictures.iter().position(|p| p.file_name() == Some(name)).map(|f| f as u64)
        } else {
            let Some(number) = number(name) else {
                let reason = format!("\"{name}\" does not end in the number of its frame");
                return Err(wrong(place("file_name"), reason));
            };
            Some(if from_zero { number } else { number - 1 })
        };
        let Some(frame) = frame else {
            return Err(DetectError::Apart {
                path: path.to_owned(),
                clip: clip.path().to_owned(),
                reason: format!(
                    "{} is \"{name}\", and there is no such picture",
                    place("file_name")
                ),
            });
        };
        if frames.insert(image.id, frame).is_some() {
            return Err(wrong(place("id"), format!("the id {} stands twice", image.id)));
        }
        if let Some(other) = used.insert(frame, i) {
            let reason = format!("\"{name}\" is the same frame as images[{other}]");
            return Err(wrong(place("file_name"), reason));
        }
    }
    Ok(frames)
}

/// The number a file's name ends with, before its ending.
fn number(name: &str) -> Option<u64> {
    let stem = Path::new(name).file_stem()?.to_str()?;
    let digits = stem.len() - stem.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    stem[stem.len() - digits..].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_with_its_frame() {
        assert_eq!(number("frames/frame_000012.PNG"), Some(12));
        assert_eq!(number("7.jpg"), Some(7));
        assert_eq!(number("street.jpg"), None);
        assert_eq!(number("é3"), Some(3));
    }
}
