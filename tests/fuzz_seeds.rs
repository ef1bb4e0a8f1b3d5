//! What the fuzzer begins with and what it once found, as it is and a little damaged: no panic, and an end (`make fuzz` goes on from there).

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

/// How often each seed is damaged.
const TIMES: u64 = 25;

/// Small, stable random numbers (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % sides.max(1) as u64).unwrap()
    }

    /// Cuts out, doubles or overwrites a piece.
    fn damage(&mut self, bytes: &mut Vec<u8>) {
        let from = self.roll(bytes.len());
        let to = (from + 1 + self.roll(40)).min(bytes.len());
        match self.roll(3) {
            0 => drop(bytes.drain(from..to)),
            1 => {
                let piece = bytes[from..to].to_vec();
                let at = self.roll(bytes.len());
                drop(bytes.splice(at..at, piece));
            }
            _ => bytes[from..to]
                .iter_mut()
                .for_each(|byte| *byte = u8::try_from(self.roll(256)).unwrap()),
        }
    }
}

#[test]
fn seeds_of_the_fuzzer_are_survived() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let mut seeds = 0;
    for target in ["any", "pdf", "html", "docx", "xlsx", "ods", "xls"] {
        let entries = fs::read_dir(folder.join(target)).unwrap_or_else(|error| panic!("{target} has no seeds: {error}"));
        for path in entries.map(|entry| entry.unwrap().path()) {
            let seed = fs::read(&path).unwrap();
            fuzz::target(target, &seed);
            for number in 0..TIMES {
                let (mut dice, mut bytes) = (Dice(number), seed.clone());
                for _ in 0..=dice.roll(4) {
                    dice.damage(&mut bytes);
                }
                fuzz::target(target, &bytes);
            }
            seeds += 1;
        }
    }
    assert!(seeds >= 7);
}
