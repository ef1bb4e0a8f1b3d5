//! The documentation is true: generated pages are as the code makes them, links lead somewhere, the two READMEs show the same commands.
//! (That the commands are understood is tested beside them, in `src/help.rs`.)

#[path = "common/golden.rs"]
mod golden;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use assert_cmd::cargo::cargo_bin_cmd;
use golden::golden;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn stdout(args: &[&str]) -> String {
    let output = cargo_bin_cmd!("budgetlake").args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn read(page: &Path) -> String {
    fs::read_to_string(page).unwrap_or_else(|error| panic!("{}: {error}", page.display()))
}

/// Every page of documentation in the repository.
fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = ["README.md", "README.zh-CN.md", "CHANGELOG.md", "data/README.md"]
        .iter()
        .map(|name| root().join(name))
        .collect();
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    pages.extend(docs.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    pages
}

/// Fenced blocks of a page: their language and their text.
fn blocks(text: &str) -> Vec<(&str, &str)> {
    text.split("```")
        .skip(1)
        .step_by(2)
        .filter_map(|block| block.split_once('\n'))
        .collect()
}

#[test]
fn the_data_dictionary_is_what_the_code_declares() {
    golden(&root().join("docs/data-dictionary.md"), &stdout(&["schema", "--markdown"])).unwrap();
}

#[test]
fn the_readmes_show_the_same_commands_and_queries() {
    let code = |name: &str| {
        let text = read(&root().join(name));
        // Comments are in the language of the page.
        let without_comment = |line: &str| line.split(" # ").next().unwrap_or_default().trim_end().to_owned();
        let is_code = |line: &&str| !line.starts_with("-- ");
        let lines = |block: &str| block.lines().filter(is_code).map(without_comment).collect::<Vec<_>>();
        let blocks = blocks(&text);
        blocks
            .iter()
            .map(|(language, block)| ((*language).to_owned(), lines(block)))
            .collect::<Vec<_>>()
    };
    let (english, chinese) = (code("README.md"), code("README.zh-CN.md"));
    assert!(english.len() >= 5);
    assert_eq!(english, chinese);
}

#[test]
fn the_readmes_speak_of_the_same_things() {
    // What stands in backquotes is the same in both languages, and so are the sections.
    let of = |name: &str| {
        let text = read(&root().join(name));
        let prose: String = text.split("```").step_by(2).collect();
        let spans: BTreeSet<String> = prose.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        (spans, prose.lines().filter(|line| line.starts_with("## ")).count())
    };
    assert_eq!(of("README.md"), of("README.zh-CN.md"));
}

#[test]
fn the_readmes_lead_to_the_same_pages() {
    let of = |name: &str| -> BTreeSet<String> {
        let links = links(&read(&root().join(name)));
        let pages = links.into_iter().map(|link| link.split('#').next().unwrap_or_default().to_owned());
        pages.filter(|link| !link.starts_with("README")).collect()
    };
    assert_eq!(of("README.md"), of("README.zh-CN.md"));
}

/// What the links of a page lead to, other than the web.
fn links(text: &str) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).collect();
    let links = prose.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    links
        .map(|(link, _)| link.to_owned())
        .filter(|link| !link.contains("://"))
        .collect()
}

/// The anchors of a page's headings, as forges make them, and those that it sets itself.
fn anchors(text: &str) -> BTreeSet<String> {
    let prose: String = text.split("```").step_by(2).collect();
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    let of_heading = |heading: &str| -> String {
        let heading = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    let own = prose.split("<a id=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    headings.map(of_heading).chain(own.map(|(id, _)| id.to_owned())).collect()
}

#[test]
fn links_lead_to_pages_and_headings_that_there_are() {
    let mut seen = 0;
    for page in pages() {
        let text = read(&page);
        for link in links(&text) {
            let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if path.is_empty() {
                page.clone()
            } else {
                page.parent().unwrap().join(path)
            };
            assert!(target.exists(), "{}: {link}", page.display());
            if !anchor.is_empty() {
                assert!(anchors(&read(&target)).contains(anchor), "{}: {link}", page.display());
            }
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn every_page_is_reached_from_the_readme() {
    let text = read(&root().join("README.md"));
    let docs = pages().into_iter().filter(|page| page.parent() == Some(&root().join("docs")));
    for page in docs {
        let name = format!("docs/{}", page.file_name().unwrap().to_string_lossy());
        assert!(
            links(&text).iter().any(|link| link.starts_with(&name)),
            "README.md does not lead to {name}"
        );
    }
}

#[test]
fn every_form_is_in_the_page_of_forms() {
    let text = read(&root().join("docs/forms.md"));
    for entry in fs::read_dir(root().join("config/forms")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let form = name
            .trim_end_matches(".toml")
            .trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
        assert!(text.contains(&format!("`{form}`")), "docs/forms.md has no `{form}`");
    }
}

#[test]
fn a_wrong_shell_is_wrong_usage() {
    cargo_bin_cmd!("budgetlake").args(["completions", "tcsh"]).assert().code(2);
}

#[test]
fn completions_name_the_commands_and_their_flags() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = stdout(&["completions", shell]);
        for word in ["snapshots", "rollback", "metrics-file", "completions"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn bash_completes() {
    let directory = tempfile::tempdir().unwrap();
    let script = directory.path().join("budgetlake.bash");
    fs::write(&script, stdout(&["completions", "bash"])).unwrap();
    // What the shell does on TAB after `budgetlake re`.
    let complete =
        "source \"$1\"; COMP_WORDS=(budgetlake re); COMP_CWORD=1; _budgetlake budgetlake re budgetlake; echo \"${COMPREPLY[@]}\"";
    let bash = Command::new("bash").args(["-c", complete, "bash"]).arg(&script).output().unwrap();
    let reply = String::from_utf8(bash.stdout).unwrap();
    assert!(
        reply.split_whitespace().any(|word| word == "reproduce"),
        "{reply} {:?}",
        String::from_utf8_lossy(&bash.stderr)
    );
}

#[test]
fn every_command_has_a_manual_page_with_examples() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("man/man1");
    stdout(&["man", "--out", out.to_str().unwrap()]);
    for command in ["", "-run", "-inspect", "-check", "-schema", "-snapshots", "-snapshots-diff", "-man"] {
        let page = read(&out.join(format!("budgetlake{command}.1")));
        assert!(
            page.contains(".TH budgetlake") && page.contains("Examples:") | page.contains(".SH EXAMPLES"),
            "{command}: {page}"
        );
    }
    assert_eq!(stdout(&["man"]), read(&out.join("budgetlake.1")));
}

#[test]
fn manual_pages_that_cannot_be_written_say_so() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let assert = cargo_bin_cmd!("budgetlake").args(["man", "--out"]).arg(&file).assert().code(1);
    let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(stderr.contains("file: cannot write the manual pages"), "{stderr}");
}
