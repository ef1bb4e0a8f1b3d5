//! What goes wrong with published files. A damaged disclosure is the whole one with one kind of damage; its truth is what is still printed.

mod names;
mod pages;
mod tables;
mod text;

use super::Options;
use super::disclosure::{Block, Disclosure, Table};
use super::prng::Prng;
use super::render::Style;
use crate::codes::Form;
pub use names::absurd_body;
pub use text::{encode_with_strays, truncate};

/// A kind of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Noise {
    /// The file ends in the midst of a row of a form.
    Truncated,
    /// A money column of a form is gone: its cells and their separators, in half of the files its header, too.
    LostColumns,
    /// Digits of sums are wrong: they are printed so, and no longer what their parts add up to.
    MisprintedSums,
    /// A form, or a page of it, is printed twice.
    RepeatedPages,
    /// Stray bytes in names, and a paragraph in another encoding than the file's.
    MixedEncodings,
    /// Names with quotes, commas, tags, path separators, of great length; also the body's.
    AbsurdNames,
    /// White space inside figures.
    SpacedFigures,
    /// Running heads and page numbers between the rows of forms.
    PageFurniture,
    /// Long names go on in the row below.
    WrappedNames,
}

impl Noise {
    /// All, with the names that the command line has for them.
    pub const ALL: [(&'static str, Self); 9] = [
        ("truncated", Self::Truncated),
        ("lost-columns", Self::LostColumns),
        ("misprinted-sums", Self::MisprintedSums),
        ("repeated-pages", Self::RepeatedPages),
        ("mixed-encodings", Self::MixedEncodings),
        ("absurd-names", Self::AbsurdNames),
        ("spaced-figures", Self::SpacedFigures),
        ("page-furniture", Self::PageFurniture),
        ("wrapped-names", Self::WrappedNames),
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, noise)| *noise == self).map_or("", |(name, _)| name)
    }
}

/// Which files are damaged, and by what.
#[derive(Debug, Clone)]
pub struct NoisePlan {
    /// The kinds, evenly mixed; none leaves all files whole.
    pub kinds: Vec<Noise>,
    /// How many in a hundred are damaged.
    pub percent: u8,
}

impl NoisePlan {
    /// What the file number `index` is damaged by.
    pub fn of(&self, options: &Options, index: u32) -> Option<Noise> {
        let mut dice = Prng::new(options.seed ^ PLAN_SEED, u64::from(index));
        (!self.kinds.is_empty() && dice.chance(i64::from(self.percent))).then(|| *dice.pick(&self.kinds))
    }
}

const PLAN_SEED: u64 = 0x706C_616E_0000_0001;

/// Damages what is printed, before it is rendered.
pub fn damage(disclosure: &mut Disclosure, noise: Noise, style: &mut Style, dice: &mut Prng) {
    match noise {
        // Is cut when its text is there.
        Noise::Truncated => {}
        Noise::LostColumns => tables::lose_columns(disclosure, style.layout, dice),
        Noise::MisprintedSums => tables::misprint_sums(disclosure, dice),
        Noise::RepeatedPages => pages::repeat(disclosure, dice),
        Noise::MixedEncodings => text::stray_bytes(disclosure, dice),
        Noise::AbsurdNames => names::absurd_projects(disclosure, dice),
        Noise::SpacedFigures => tables::space_figures(disclosure, dice),
        Noise::PageFurniture => pages::furniture(disclosure, style.layout, dice),
        Noise::WrappedNames => {
            style.name_width = 6;
            names::wrap(disclosure, style.layout, dice);
        }
    }
}

/// The forms that are rows of accounts under columns of money.
fn money_forms(disclosure: &mut Disclosure) -> Vec<&mut Table> {
    let is_project_form = |form| matches!(form, Form::PerformanceTarget | Form::PerformanceSelfEvaluation);
    let tables = disclosure.blocks.iter_mut().filter_map(|block| match block {
        Block::Table(table) => Some(table.as_mut()),
        _ => None,
    });
    tables.filter(|table| !is_project_form(table.form) && !table.is_empty()).collect()
}

/// `count` of `items` in their order.
fn some_of<T>(mut items: Vec<T>, count: usize, dice: &mut Prng) -> Vec<T> {
    while items.len() > count {
        items.remove(dice.below(items.len()));
    }
    items
}
