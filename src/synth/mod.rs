//! Generated disclosures with ground truth: the same seed gives the same bytes on every machine.
//!
//! Figures are drawn as leaves and summed up, so every accounting identity holds exactly; forms are grids whose amounts know what they
//! are; a renderer writes the grids in a layout and fills in the line of each amount. Bodies are invented, places are real.

pub mod disclosure;
mod economic;
mod encode;
mod figures;
mod forms;
mod narrative;
mod noise;
mod prng;
mod profiles;
pub mod prose;
pub mod records;
pub mod render;
pub mod truth;
mod vocabulary;

use std::ops::RangeInclusive;
use std::path::PathBuf;

use parquet::errors::ParquetError;

use crate::codes::{Layout, Scope, Stage};
use crate::money::MoneyUnit;
use disclosure::{Disclosure, Identity, Printer, Wording};
pub use encode::Encoding;
use forms::Draft;
use narrative::Narrative;
pub use noise::{Noise, NoisePlan};
use prng::Prng;
use profiles::{FEW_PROFILES, PROFILES};
use render::{Headings, Style};
use vocabulary::CITIES;

/// How long a disclosure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// A handful of projects, no performance forms: 5–15 KB.
    Small,
    /// As published ones are: dozens of projects, performance forms.
    Full,
}

/// What to generate.
#[derive(Debug, Clone)]
pub struct Options {
    /// The seed.
    pub seed: u64,
    /// How many cities there are.
    pub cities: usize,
    /// The fiscal years.
    pub years: RangeInclusive<i32>,
    /// The layout of the forms; `None` mixes all.
    pub layout: Option<Layout>,
    /// The encoding; `None` mixes all.
    pub encoding: Option<Encoding>,
    /// How long disclosures are.
    pub size: Size,
}

/// Why a disclosure could not be generated.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// The text has a character that the encoding has not.
    #[error("the text cannot be written in the chosen encoding")]
    Unencodable,
    /// The truth could not be written.
    #[error("cannot write the truth to {}: {source}; is there space, and may it be written?", path.display())]
    Truth {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ParquetError,
    },
}

/// A generated file and what a perfect reading of it gives.
#[derive(Debug, Clone)]
pub struct SynthFile {
    /// Its name.
    pub name: String,
    /// Its text before it was encoded, lines ended by `\n`.
    pub text: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its layout.
    pub layout: Layout,
    /// Its encoding.
    pub encoding: Encoding,
    /// Whether its lines end in `\r\n`.
    pub crlf: bool,
    /// What is wrong with it.
    pub noise: Option<Noise>,
    /// Its content, lines filled in.
    pub disclosure: Disclosure,
}

/// The file number `index` (from 0); it doesn't depend on how many others there are.
pub fn file(options: &Options, index: u32) -> Result<SynthFile, SynthError> {
    noisy_file(options, index, None)
}

/// As [`file`], damaged as `noise` says; its truth is what is still printed.
pub fn noisy_file(options: &Options, index: u32, noise: Option<Noise>) -> Result<SynthFile, SynthError> {
    let mut prng = Prng::new(options.seed, u64::from(index));
    let mut dice = Prng::new(options.seed ^ NOISE_SEED, u64::from(index));
    let mut disclosure = disclosure(options, &mut prng, noise, &mut dice);
    let layout = options.layout.unwrap_or_else(|| mixed_layout(&mut prng));
    let mut style = Style {
        layout,
        headings: *prng.pick(&[Headings::Plain, Headings::Hashes, Headings::Bold]),
        page_rows: *prng.pick(&[0, 24, 28, 32]),
        vanish: prng.chance(50),
        double_spaced: prng.chance(25),
        name_width: *prng.pick(&[7, 10, 14]),
    };
    let encoding = options.encoding.unwrap_or_else(|| mixed_encoding(&mut prng));
    let crlf = prng.chance(20);
    if let Some(noise) = noise {
        noise::damage(&mut disclosure, noise, &mut style, &mut dice);
    }
    let mut text = render::render(&mut disclosure, &style);
    if noise == Some(Noise::Truncated) {
        noise::truncate(&mut text, &mut disclosure, &mut dice);
    }
    let printed = if crlf { text.replace('\n', "\r\n") } else { text.clone() };
    let bytes = match noise {
        Some(Noise::MixedEncodings) => noise::encode_with_strays(&printed, encoding)?,
        _ => encoding.encode(&printed)?,
    };
    Ok(SynthFile {
        name: format!("{:06}.txt", index + 1),
        text,
        bytes,
        layout,
        encoding,
        crlf,
        noise,
        disclosure,
    })
}

/// The damage is drawn apart from the disclosure, which so is the same with and without it.
const NOISE_SEED: u64 = 0x6E6F_6973_6500_0001;

fn mixed_layout(prng: &mut Prng) -> Layout {
    match prng.range(0, 15) {
        0..=10 => Layout::Tabbed,
        11 | 12 => Layout::Linear,
        13 => Layout::Aligned,
        14 => Layout::Pipes,
        _ => Layout::Stacked,
    }
}

fn mixed_encoding(prng: &mut Prng) -> Encoding {
    match prng.range(0, 9) {
        0..=4 => Encoding::Utf8,
        5 => Encoding::Utf8Bom,
        6 | 7 => Encoding::Gb18030,
        8 => Encoding::Utf16Le,
        _ => Encoding::Utf16Be,
    }
}

/// Draws a disclosure: identity, figures, forms, narrative; lines are still open.
fn disclosure(options: &Options, prng: &mut Prng, noise: Option<Noise>, dice: &mut Prng) -> Disclosure {
    let city = &CITIES[prng.below(options.cities.clamp(1, CITIES.len()))];
    let wording = *prng.pick(city.wordings);
    let (profiles, prefixes) = match options.size {
        Size::Small => (&PROFILES[..FEW_PROFILES], city.prefixes),
        Size::Full => (&PROFILES[..], city.all_prefixes),
    };
    let chosen = prng.below(profiles.len());
    let profile = &profiles[chosen];
    let prefix = *prng.pick(prefixes);
    let years = (i64::from(*options.years.start()), i64::from(*options.years.end()));
    let oddity = match noise {
        Some(Noise::AbsurdNames) => noise::absurd_body(dice),
        _ => "",
    };
    let department = format!("{prefix}{oddity}{}", profile.department);
    let scope = if prng.chance(65) { Scope::Department } else { Scope::Unit };
    let identity = Identity {
        city: city.name.to_owned(),
        year: i32::try_from(prng.range(years.0, years.1)).unwrap_or(*options.years.start()),
        unit: match scope {
            Scope::Department => department.clone(),
            Scope::Unit => format!("{prefix}{}", prng.pick(&profile.units)),
        },
        department,
        scope,
        stage: if prng.chance(80) { Stage::Budget } else { Stage::FinalAccount },
        department_code: format!("{}", 101 + chosen),
    };
    let fine = wording == Wording::Shanghai && identity.stage == Stage::Budget;
    let figures = figures::draw(prng, profile, options.size, fine, identity.stage == Stage::FinalAccount);
    let printer = Printer {
        unit: if fine { MoneyUnit::YUAN } else { MoneyUnit::WAN },
        grouped: fine || prng.chance(60),
    };
    let mut bodies = vec![identity.unit.clone()];
    if options.size == Size::Full && scope == Scope::Department {
        bodies.extend(profile.units.iter().map(|unit| format!("{prefix}{unit}")));
    }
    let draft = Draft {
        identity: &identity,
        figures: &figures,
        printer,
        bodies,
    };
    let tables = forms::tables(&draft, wording);
    let targets = match options.size {
        Size::Small => Vec::new(),
        Size::Full => {
            let count = 5 + prng.below(12);
            forms::performance(&draft, count, prng)
        }
    };
    let blocks = Narrative::new(&identity, &figures, options.size, printer.grouped).compose(tables, targets, prng);
    Disclosure { identity, wording, blocks }
}

#[cfg(test)]
mod tests;
