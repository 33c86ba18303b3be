//! Tells what a ruling learns from what it is configured by.

/// Which fields of a ruling are what it knows: makes the struct that is put away, and the ruling's
/// `state` and `restore`. All other fields are what the rule and the scene say.
macro_rules! keeps {
    ($ruling:ident as $state:ident { $($field:ident: $type:ty),* $(,)? }) => {
        /// What such a rule knows.
        #[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
        pub(in crate::rules) struct $state {
            $($field: $type),*
        }

        impl $ruling {
            /// What it knows.
            pub(in crate::rules) fn state(&self) -> $state {
                $state { $($field: self.$field.clone()),* }
            }

            /// Goes on from what it knew.
            pub(in crate::rules) fn restore(&mut self, state: $state) {
                $(self.$field = state.$field;)*
            }
        }
    };
}
pub(super) use keeps;
