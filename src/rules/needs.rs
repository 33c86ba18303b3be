//! What a rule needs its camera's model to know.

use super::kind::{Kind, Mechanism};
use super::spec::RuleSpec;
use crate::vision::Class;

impl RuleSpec {
    /// The classes without which a model that gives `given` cannot serve this rule; empty where it
    /// can. Of the classes that a rule concerns any one will do.
    pub fn lacks(&self, given: &[Class]) -> Vec<Class> {
        let missing = |classes: &[Class]| -> Vec<Class> {
            classes.iter().copied().filter(|c| !given.contains(c)).collect()
        };
        let concerned = missing(&self.classes);
        let concerned = if concerned.len() < self.classes.len() { Vec::new() } else { concerned };
        match self.kind.info().mechanism {
            Mechanism::Riders => {
                let also: &[Class] = match self.kind {
                    Kind::NoHelmet => &[Class::Person, Class::BareHead],
                    _ => &[Class::Person],
                };
                let mut all = concerned;
                all.extend(missing(also));
                all
            }
            // Told by the picture alone, whatever stands there.
            Mechanism::LeftObject | Mechanism::Occupancy => Vec::new(),
            _ => concerned,
        }
    }

    /// Why a model cannot serve this rule and what to do, one sentence; `None` where it can.
    pub fn unserved(&self, model: &str, given: &[Class]) -> Option<String> {
        let lacking = self.lacks(given);
        if lacking.is_empty() {
            return None;
        }
        let names: Vec<&str> = lacking.iter().map(|c| c.name()).collect();
        Some(format!(
            "rule \"{}\" is not judged: model {model} does not know {}; import one that does with \
             `streetward models import`, or remove the rule",
            self.name,
            names.join(", ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn helmets_need_a_model_that_knows_them() {
        let street = [Class::Person, Class::Motorcycle, Class::Car];
        let of = |kind| RuleSpec::of(kind, "z");
        assert_eq!(of(Kind::NoHelmet).lacks(&street), [Class::BareHead]);
        assert!(of(Kind::Overloading).lacks(&street).is_empty());
        assert!(of(Kind::IllegalParking).lacks(&street).is_empty(), "cars will do");
        assert_eq!(of(Kind::Overloading).lacks(&[Class::Car]), [Class::Motorcycle, Class::Person]);
        assert!(of(Kind::Dumping).lacks(&[]).is_empty());
        let told = of(Kind::NoHelmet).unserved("nanodet-g", &street).unwrap();
        assert!(told.contains("bare_head") && told.contains("nanodet-g"), "{told}");
    }
}
