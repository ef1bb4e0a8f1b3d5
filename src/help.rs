//! What `--help` prints below the flags: examples, which are also in the manual pages.

/// Of the program.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  all well          1  failed, nothing published   2  wrong usage or configuration
  3  published, but files were rejected with errors   4  another run holds the warehouse
  5  more checks failed than allowed

Examples:
  budgetlake run disclosures --warehouse lake        read a directory and publish
  budgetlake inspect disclosures/a.pdf               what was understood of a file, and why
  budgetlake check lake                              what does not add up
  budgetlake schema line_items                       what the columns of a table hold
  budgetlake COMMAND --help                          flags and examples of a command";

/// Of `run`.
pub const RUN: &str = "\
Examples:
  budgetlake run disclosures --warehouse lake                          read what is new and publish
  budgetlake run disclosures --warehouse lake --dry-run                what would be done, and why
  budgetlake run disclosures --warehouse lake --include '2024/**'      a part of the input
  budgetlake run disclosures --warehouse lake --config my-config       with wordings of your own
  budgetlake run disclosures --warehouse lake --quiet --log-format json --metrics-file lake.prom
  budgetlake run disclosures --warehouse lake --repair                 rebuild what is damaged

Exit codes: 0 published, or nothing new; 3 and 5 published, too: files were rejected, checks failed past the limit;
1 and 4 nothing published: it failed, another run is at it.";

/// Of `inspect`.
pub const INSPECT: &str = "\
Examples:
  budgetlake inspect a.txt                      the body, the tables, what went wrong
  budgetlake inspect a.txt --table 6            one table, row by row
  budgetlake inspect a.txt --items | less -S    every row, unwrapped
  budgetlake inspect a.txt --checks             what adds up and what does not
  budgetlake inspect a.pdf --draw p.svg --page 5    how the cells of page 5 were found
  budgetlake inspect a.txt --json | jq '.tables[] | {table_no, form, amounts}'";

/// Of `check`.
pub const CHECK: &str = "\
Examples:
  budgetlake check lake                              what failed, by rule, city and department
  budgetlake check lake --rule total_of_classes      one rule
  budgetlake check lake --document 2024/office.txt   one disclosure
  budgetlake check lake --fail-over 0.01 --json      for a scheduler";

/// Of `stats`.
#[cfg(feature = "stats")]
pub const STATS: &str = "\
Datasets (docs/statistics.md): department_year, function_year, economic_year, execution, three_public_year, projects_year,
indicator_catalogue, performance_scores, coverage, quality; each as Parquet and as CSV for spreadsheets, described in datapackage.json.

Examples:
  budgetlake stats lake                    into lake/stats
  budgetlake stats lake --out tables       into another directory";

/// Of `sql`.
#[cfg(feature = "stats")]
pub const SQL: &str = "\
Examples:
  budgetlake sql lake \"SELECT city, year, department, expenditure_total FROM body_figures ORDER BY expenditure_total DESC LIMIT 10\"
  budgetlake sql lake \"SELECT rule, COUNT(*) AS failed FROM failed_checks GROUP BY rule ORDER BY failed DESC\" --format csv
  budgetlake sql lake \"SELECT * FROM documents WHERE rejects > 0\" --format json";

/// Of `report`.
#[cfg(feature = "stats")]
pub const REPORT: &str = "\
The page stands for itself: no network, no other files. It sorts and filters, and prints.

Examples:
  budgetlake report lake --out report.html
  budgetlake report lake --out /srv/www/budgets.html --quiet      after a nightly run";

/// Of `schema`.
pub const SCHEMA: &str = "\
Examples:
  budgetlake schema                         every table, column, type and code
  budgetlake schema line_items checks       two tables
  budgetlake schema --json | jq '.tables[].name'";

/// Of `reproduce`.
pub const REPRODUCE: &str = "\
Examples:
  budgetlake reproduce lake/current disclosures
  budgetlake reproduce lake/snapshots/6f0c1d22a9b0e745 disclosures --scratch /mnt/large

Exit codes: 0 the same bytes; 1 something differs, and it says what.";

/// Of `snapshots`.
pub const SNAPSHOTS: &str = "\
Examples:
  budgetlake snapshots list lake
  budgetlake snapshots diff lake 6f0c              what came, went and changed since that snapshot
  budgetlake snapshots verify lake
  budgetlake snapshots prune lake --keep 7 --keep-days 30
  budgetlake snapshots rollback lake 6f0c";

/// Of `snapshots list`.
pub const LIST: &str = "\
Examples:
  budgetlake snapshots list lake            `*` marks the current one
  budgetlake snapshots list lake --json | jq -r '.[0].id'";

/// Of `snapshots diff`.
pub const DIFF: &str = "\
Examples:
  budgetlake snapshots diff lake 6f0c              since that snapshot, by department
  budgetlake snapshots diff lake 6f0c b81e --amounts
  budgetlake snapshots diff lake 6f0c current --json | jq .departments";

/// Of `snapshots verify`.
pub const VERIFY: &str = "\
Examples:
  budgetlake snapshots verify lake            every snapshot
  budgetlake snapshots verify lake current    what readers see

Exit codes: 0 whole; 1 damaged, and it says where.";

/// Of `snapshots prune`.
pub const PRUNE: &str = "\
A snapshot goes only if none of the flags keeps it. The current one always stays.

Examples:
  budgetlake snapshots prune lake --keep 7 --dry-run
  budgetlake snapshots prune lake --keep 7 --keep-days 30";

/// Of `snapshots rollback`.
pub const ROLLBACK: &str = "\
Examples:
  budgetlake snapshots rollback lake 6f0c     every file is checked first; the next run publishes anew";

/// Of `completions`.
pub const COMPLETIONS: &str = "\
Examples:
  budgetlake completions bash > ~/.local/share/bash-completion/completions/budgetlake
  budgetlake completions zsh > ~/.zfunc/_budgetlake          with ~/.zfunc in $fpath
  budgetlake completions fish > ~/.config/fish/completions/budgetlake.fish";

/// Of `man`.
pub const MAN: &str = "\
Examples:
  budgetlake man | man -l -
  budgetlake man --out ~/.local/share/man/man1      then `man budgetlake-run` and the others";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use crate::args::Cli;

    /// The words of a command line as printed in an example or a page, without redirections, pipes, comments and the text beside it.
    fn words(line: &str) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut quote = None;
        for c in line.chars() {
            match (quote, c) {
                (None, ' ') if words.last().is_some_and(String::is_empty) => break,
                (None, '|' | '>' | '#' | ';') => break,
                (None, ' ') => words.push(String::new()),
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), _) if c == open => quote = None,
                _ => words.last_mut().unwrap().push(c),
            }
        }
        words.retain(|word| !word.is_empty());
        words
    }

    /// What clap makes of it; `--help` and the like are fine, too.
    fn parses(words: &[String]) -> Result<(), String> {
        match Cli::command().try_get_matches_from(words) {
            Err(error) if error.use_stderr() => Err(format!("{}: {error}", words.join(" "))),
            _ => Ok(()),
        }
    }

    fn for_each(command: &clap::Command, visit: &mut impl FnMut(&clap::Command)) {
        visit(command);
        for subcommand in command.get_subcommands() {
            for_each(subcommand, visit);
        }
    }

    #[test]
    fn every_command_has_examples_that_it_understands() {
        let mut program = Cli::command();
        program.build();
        for_each(&program, &mut |command| {
            let name = command.get_display_name().unwrap_or_default().to_owned();
            let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("  budgetlake ")).collect();
            assert!(!examples.is_empty(), "{name} has no examples");
            for example in examples.into_iter().filter(|example| !example.starts_with("COMMAND")) {
                let mut example = words(example);
                example.insert(0, "budgetlake".to_owned());
                parses(&example).unwrap();
                let path = name.replace('-', " ");
                assert!(example.join(" ").starts_with(&path), "{name} shows {example:?}");
            }
        });
    }

    #[cfg(feature = "stats")]
    #[test]
    fn the_commands_of_the_documentation_are_understood() {
        use std::fs;
        use std::path::Path;

        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut pages = vec![root.join("README.md"), root.join("README.zh-CN.md")];
        pages.extend(fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path()));
        let mut seen = 0;
        for page in pages
            .iter()
            .filter(|page| page.extension().is_some_and(|extension| extension == "md"))
        {
            let text = fs::read_to_string(page).unwrap();
            let blocks = text.split("```").skip(1).step_by(2).filter(|block| block.starts_with("sh\n"));
            for line in blocks.flat_map(str::lines) {
                let command = line
                    .strip_prefix("cargo run --release -- ")
                    .map(|arguments| format!("budgetlake {arguments}"));
                let command = command.or_else(|| line.starts_with("budgetlake ").then(|| line.to_owned()));
                if let Some(command) = command {
                    // Optional arguments stand in square brackets.
                    let command: Vec<String> = words(&command).into_iter().filter(|word| !word.starts_with('[')).collect();
                    parses(&command).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
                    seen += 1;
                }
            }
        }
        assert!(seen > 20, "{seen}");
    }
}
