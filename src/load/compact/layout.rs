//! Which rows stand together in the compact layout: a pure function of the partitions' files, so that it doesn't matter which run made them.
//!
//! Bodies (city, department) stand in their order; their years follow each other. That row of bodies is cut into files, and files into row
//! groups, wherever a piece has too many rows: before the body whose name has the largest hash of the piece. Where to cut depends on names
//! and not on what comes before, so that a body that grows changes the pieces that it lies in and no others.

use std::collections::{BTreeMap, HashMap};

use crate::config::CompactSettings;
use crate::extraction::Partition;
use crate::hash::Digest;
use crate::load::{ManifestFile, partition_values};

/// City and department of a body, as readers of the partitions see them.
pub type Name = (Option<String>, Option<String>);

/// All partitions of a table that belong to one body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body<'m> {
    /// Whose rows they are.
    pub name: Name,
    /// Its files, by year.
    pub files: Vec<(Option<i32>, &'m ManifestFile)>,
    rows: u64,
    /// What decides where to cut.
    hash: Digest,
}

/// The hashes of the names of bodies, of which each has rows in most tables.
#[derive(Debug, Default)]
pub struct Hashes(HashMap<Name, Digest>);

impl Hashes {
    fn of(&mut self, name: &Name) -> Digest {
        if let Some(hash) = self.0.get(name) {
            return *hash;
        }
        let hash = Digest::of(format!("{name:?}").as_bytes());
        self.0.insert(name.clone(), hash);
        hash
    }
}

/// The bodies of a row group.
pub type Group<'m> = Vec<Body<'m>>;

/// A file of the compact layout; without groups, it has no rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLayout<'m> {
    /// The table that it belongs to.
    pub table: &'static str,
    /// Its row groups.
    pub groups: Vec<Group<'m>>,
}

impl FileLayout<'_> {
    /// The body that it begins with, which no other file of the table does.
    pub fn from(&self) -> String {
        let body = self.groups.first().and_then(|group| group.first());
        body.map_or_else(String::new, |body| {
            let [city, department] = [&body.name.0, &body.name.1].map(|name| name.as_deref().unwrap_or_default());
            format!("{city}/{department}")
        })
    }
}

/// How many rows a group has.
pub fn rows_of(group: &[Body]) -> u64 {
    group.iter().map(|body| body.rows).sum()
}

/// The compact files of a table with these partitions' files.
pub fn layout<'m>(
    table: &'static str,
    files: impl Iterator<Item = &'m ManifestFile>,
    settings: &CompactSettings,
    hashes: &mut Hashes,
) -> Vec<FileLayout<'m>> {
    let mut bodies: BTreeMap<Name, Vec<(Option<i32>, &ManifestFile)>> = BTreeMap::new();
    for file in files.filter(|file| file.rows > 0) {
        let Partition { city, year, department } = partition_values(file.partition());
        bodies.entry((city, department)).or_default().push((year, file));
    }
    let body = |(name, mut files): (_, Vec<(Option<i32>, &'m ManifestFile)>)| {
        files.sort();
        Body {
            rows: files.iter().map(|(_, file)| file.rows).sum(),
            hash: hashes.of(&name),
            name,
            files,
        }
    };
    let bodies: Vec<Body> = bodies.into_iter().map(body).collect();
    let file = |bodies: &[Body<'m>]| FileLayout {
        table,
        groups: cut(bodies, settings.group_rows).into_iter().map(<[Body]>::to_vec).collect(),
    };
    if bodies.is_empty() {
        return vec![FileLayout { table, groups: Vec::new() }];
    }
    cut(&bodies, settings.file_rows).into_iter().map(file).collect()
}

/// Cuts bodies into pieces of at most `rows` rows, or one body.
fn cut<'b, 'm>(bodies: &'b [Body<'m>], rows: u64) -> Vec<&'b [Body<'m>]> {
    let mut pieces = Vec::new();
    let mut open = vec![bodies];
    while let Some(piece) = open.pop() {
        if rows_of(piece) <= rows || piece.len() < 2 {
            pieces.push(piece);
            continue;
        }
        let largest = (1..piece.len()).max_by_key(|at| piece[*at].hash).unwrap_or(1);
        let (left, right) = piece.split_at(largest);
        open.extend([right, left]);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: CompactSettings = CompactSettings {
        file_rows: 512 << 10,
        group_rows: 32 << 10,
    };

    /// Partitions of so many rows, one a body, in random order.
    fn files(rows: impl IntoIterator<Item = (String, u64)>) -> Vec<ManifestFile> {
        let file = |(body, rows): (String, u64)| ManifestFile {
            path: format!("facts/city=a/year=2023/department={body}/0.parquet"),
            size: 1,
            sha256: String::new(),
            rows,
            checks: None,
            from: None,
        };
        rows.into_iter().map(file).collect()
    }

    fn names(files: &[FileLayout]) -> Vec<Vec<Vec<String>>> {
        let group = |group: &Group| group.iter().map(|body| body.name.1.clone().unwrap_or_default()).collect();
        files.iter().map(|file| file.groups.iter().map(group).collect()).collect()
    }

    #[test]
    fn pieces_are_neither_too_large_nor_out_of_order_and_a_change_stays_where_it_is() {
        let many = |larger: Option<u64>| {
            (0..2000_u64).map(move |number| {
                let rows = 500 + number * 7919 % 5000 + if larger == Some(number) { 100 } else { 0 };
                (format!("{number:04}"), rows)
            })
        };
        let before = files(many(None));
        let laid_out = layout("facts", before.iter(), &SETTINGS, &mut Hashes::default());
        let mut turned = before.clone();
        turned.reverse();
        assert_eq!(laid_out, layout("facts", turned.iter(), &SETTINGS, &mut Hashes::default()));
        let all: Vec<String> = names(&laid_out).concat().concat();
        assert!(all.is_sorted() && all.len() == 2000);
        for file in &laid_out {
            assert!(file.groups.iter().map(|group| rows_of(group)).sum::<u64>() <= SETTINGS.file_rows);
            assert!(file.groups.iter().all(|group| rows_of(group) <= SETTINGS.group_rows));
        }
        let groups: usize = laid_out.iter().map(|file| file.groups.len()).sum();
        assert!((150..900).contains(&groups), "{groups}");

        // A body that grows splits at most its own group.
        let mut differing = 0;
        for larger in (0..2000).step_by(40) {
            let after = files(many(Some(larger)));
            let (before, after) = (
                names(&laid_out).concat(),
                names(&layout("facts", after.iter(), &SETTINGS, &mut Hashes::default())).concat(),
            );
            differing += after.iter().filter(|group| !before.contains(group)).count();
        }
        assert!(differing <= 50 * 2, "{differing}");
    }

    #[test]
    fn a_large_body_is_one_group_and_no_rows_are_one_file() {
        let large = files([("b".to_owned(), 1 << 20), ("a".to_owned(), 3), ("c".to_owned(), 0)]);
        let laid_out = layout("facts", large.iter(), &SETTINGS, &mut Hashes::default());
        assert_eq!(names(&laid_out), [[["a"]], [["b"]]]);
        assert_eq!(laid_out[1].from(), "a/b");
        assert_eq!(
            names(&layout("facts", [].iter(), &SETTINGS, &mut Hashes::default())),
            [[[""; 0]; 0]]
        );
    }
}
