//! A stream of lines in reading order → accounts: a code, pieces of a name, figures.

use super::line::Line;
use super::tokens::{Kind, Token, is_bare_numbering};
use super::{Context, Figure, LineAccount, LineHeader, LineTable};
use crate::codes::{Form, Layout, Side};
use crate::config::{Config, FormSpec, Role, RowRule, name_key, word_key};
use crate::document::Position;
use crate::text::{compact, strip_numbering, without_layout_space};

/// Reads linearised lines.
pub fn cut(body: &[Line<'_>], context: &Context<'_>) -> LineTable {
    let (header, config) = (context.header, context.config);
    let keeps_empty = !header.coded_groups && keeps_empty_cells(body);
    let mut builder = Builder::new(context, keeps_empty);
    for line in body {
        if is_header_line(&line.tokens, config) {
            builder.pause();
        } else {
            builder.line(line.position, &line.tokens);
        }
    }
    let (accounts, stray) = builder.finish();
    LineTable {
        columns: header.columns(context.spec),
        accounts,
        layout: Layout::Linear,
        is_guess: false,
        stray,
    }
}

/// Whether an empty cell has left its separator: runs of spaces between or behind figures. Where most figures stand alone on their lines,
/// each line is a cell and empty cells have left nothing.
fn keeps_empty_cells(body: &[Line<'_>]) -> bool {
    let (mut kept, mut alone) = (0, 0);
    for line in body {
        let tokens = &line.tokens;
        let trails = line.text.ends_with(' ') && tokens.last().is_some_and(|token| token.is_money());
        let is_wide = tokens
            .windows(2)
            .any(|pair| pair[0].is_money() && pair[1].is_money() && pair[1].gap > 1);
        if is_wide || trails && tokens.len() > 1 {
            kept += 1;
        } else if matches!(&tokens[..], [only] if only.is_money()) {
            alone += 1;
        }
    }
    kept > alone
}

/// A line of header words in the middle of a table: two or more, one of which heads names, codes or line numbers.
fn is_header_line(tokens: &[Token<'_>], config: &Config) -> bool {
    let mut heads = false;
    for token in tokens {
        let word = word_key(token.text);
        if !config.headers.is_known(&word) {
            return false;
        }
        heads |= matches!(config.headers.role(&word), Some(Role::Name | Role::Code | Role::Number));
    }
    heads && tokens.len() >= 2
}

/// Builds accounts token by token.
pub struct Builder<'c> {
    header: &'c LineHeader,
    spec: &'c FormSpec,
    config: &'c Config,
    keeps_empty: bool,
    accounts: Vec<LineAccount>,
    open: Option<Open>,
    stray: Vec<(Position, String)>,
    row: i32,
    row_start: Position,
    row_series: Vec<String>,
    group_override: Option<usize>,
}

/// The account that tokens are added to.
struct Open {
    code: String,
    parts: usize,
    pieces: Vec<String>,
    figures: Vec<Figure>,
    numbered: bool,
    first_on_line: bool,
    next_slot: usize,
    /// Its name stands above its figures, which begin a line.
    centred: bool,
    /// Each of its figures has a line of its own.
    stacked: bool,
    position: Position,
}

impl<'c> Builder<'c> {
    /// An empty table.
    pub fn new(context: &Context<'c>, keeps_empty: bool) -> Self {
        let Context { header, spec, config, .. } = *context;
        Self {
            header,
            spec,
            config,
            keeps_empty,
            accounts: Vec::new(),
            open: None,
            stray: Vec::new(),
            row: 0,
            row_start: Position::default(),
            row_series: Vec::new(),
            group_override: None,
        }
    }

    /// All accounts that follow belong to this group, whatever their names say.
    pub fn set_group(&mut self, group: usize) {
        self.close();
        self.group_override = Some(group);
    }

    /// What follows is no continuation of what came before.
    pub fn pause(&mut self) {
        self.close();
    }

    /// The accounts and what belonged to none.
    pub fn finish(mut self) -> (Vec<LineAccount>, Vec<(Position, String)>) {
        self.close();
        (self.accounts, self.stray)
    }

    /// Adds a line.
    pub fn line(&mut self, position: Position, tokens: &[Token<'_>]) {
        for (index, token) in tokens.iter().enumerate() {
            let first = index == 0;
            match token.kind {
                Kind::Digits if self.is_code(token, first) => self.code(position, token),
                Kind::Digits if self.is_code_part(token) => {
                    if let Some(open) = &mut self.open {
                        open.code.push_str(token.text);
                        open.parts += 1;
                    }
                }
                Kind::Digits if self.header.numbered && !self.header.coded => self.line_number(position),
                Kind::Amount(_) | Kind::Digits => self.figure(position, token, first, tokens.len() == 1),
                Kind::Dash => self.dash(token),
                Kind::Text => self.text(position, token, tokens.get(index + 1), first),
            }
        }
    }

    fn is_code(&self, token: &Token<'_>, first: bool) -> bool {
        if !self.header.coded || !token.text.starts_with(['1', '2', '3', '5']) {
            return false;
        }
        let length = token.text.len();
        if self.header.coded_groups {
            return matches!(length, 3 | 5)
                && token.text.starts_with(['3', '5'])
                && (first || self.config.accounts.economic_name(token.text).is_some());
        }
        first && matches!(length, 3 | 5 | 7)
    }

    fn is_code_part(&self, token: &Token<'_>) -> bool {
        self.header.split_code
            && self.header.coded
            && token.text.len() <= 2
            && self
                .open
                .as_ref()
                .is_some_and(|open| !open.code.is_empty() && open.parts < 3 && open.pieces.is_empty() && open.figures.is_empty())
    }

    fn code(&mut self, position: Position, token: &Token<'_>) {
        self.begin(position);
        if let Some(open) = &mut self.open {
            token.text.clone_into(&mut open.code);
            open.parts = 1;
        }
    }

    /// The number of a line (行次) ends a name; a second one begins an account without a name.
    fn line_number(&mut self, position: Position) {
        if self.open.as_ref().is_none_or(|open| open.numbered || !open.figures.is_empty()) {
            self.begin(position);
        }
        if let Some(open) = &mut self.open {
            open.numbered = true;
        }
    }

    fn figure(&mut self, position: Position, token: &Token<'_>, first_on_line: bool, alone: bool) {
        let Some(value) = token.value() else { return };
        // A row of items begins with its line, save where each line is a cell of it.
        let columns = self.header.items.len();
        let goes_on = |open: &Open| !first_on_line || alone && open.stacked && open.figures.len() < columns;
        if columns > 0 && !self.open.as_ref().is_some_and(goes_on) {
            self.begin(position);
        }
        let keeps_empty = self.keeps_empty;
        let Some(open) = &mut self.open else {
            self.stray.push((position, token.text.to_owned()));
            return;
        };
        open.stacked &= alone;
        // One separator leads from a cell to the next; each further one is an empty cell. At the start of a line the first
        // separator is already that of an empty cell.
        let skipped = if first_on_line && open.figures.is_empty() {
            token.gap
        } else {
            token.gap.saturating_sub(1)
        };
        let slot = open.next_slot + skipped;
        open.centred |= self.group_override.is_some() && first_on_line && open.figures.is_empty() && !open.pieces.is_empty();
        open.next_slot = slot + 1;
        open.figures.push(Figure {
            text: token.text.to_owned(),
            value,
            slot: keeps_empty.then_some(slot),
        });
    }

    fn dash(&mut self, token: &Token<'_>) {
        if let Some(open) = &mut self.open {
            open.next_slot += token.gap.max(1);
        }
    }

    fn text(&mut self, position: Position, token: &Token<'_>, next: Option<&Token<'_>>, first_on_line: bool) {
        if self.open.is_none() || self.begins_account(token, next) {
            self.begin(position);
        }
        if let Some(open) = &mut self.open {
            open.first_on_line |= first_on_line && open.pieces.is_empty();
            open.pieces.push(token.text.to_owned());
        }
    }

    /// Whether a piece of text is the beginning of another account, or more of this one's name.
    fn begins_account(&self, token: &Token<'_>, next: Option<&Token<'_>>) -> bool {
        let Some(open) = &self.open else { return true };
        let key = name_key(token.text);
        match self.spec.rows {
            RowRule::Coded if self.header.coded => {
                let is_upper_part = |key: &str| self.header.coded_groups && matches!(key, "人员经费" | "公用经费");
                if self.header.coded_groups && open.figures.is_empty() && is_upper_part(&name_key(&open.pieces.concat())) {
                    return false;
                }
                let total =
                    self.config.items.is_total(&key) || matches!(key.as_ref(), "人员经费合计" | "公用经费合计") || is_upper_part(&key);
                total
                    && (!open.figures.is_empty() || !open.pieces.is_empty() || open.code.is_empty())
                    && next.is_none_or(|next| next.is_money() || next.kind == Kind::Digits || next.kind == Kind::Text)
            }
            _ => {
                let numbered = strip_numbering(token.text).len() < token.text.len() || is_bare_numbering(token.text);
                let printed = open.pieces.concat();
                let here = name_key(&printed);
                let (known, stands_alone) = (self.is_known(&here), self.is_known(&key));
                let separate = !open.figures.is_empty() && known && stands_alone;
                let joined = || name_key(&format!("{printed}{}", token.text)).into_owned();
                if !numbered && !here.is_empty() && !separate && self.is_known(&joined()) {
                    return false;
                }
                // A whole name that no known one goes on from.
                if known && !self.header.numbered && !self.header.counterpart && !self.begins_known(&joined()) {
                    return true;
                }
                // A name that is centred on its figures goes on below them.
                if !numbered && open.centred && !stands_alone && !known {
                    return false;
                }
                if self.header.numbered {
                    return open.numbered || numbered && !open.pieces.is_empty();
                }
                numbered || !open.figures.is_empty() || !self.header.counterpart && known && stands_alone
            }
        }
    }

    /// Whether a known name begins with these words.
    fn begins_known(&self, key: &str) -> bool {
        self.config.items.is_beginning(key) || self.config.accounts.is_beginning_of_class(key)
    }

    fn is_known(&self, key: &str) -> bool {
        let items = &self.config.items;
        self.config.accounts.functional_class(key).is_some()
            || self.spec.form == Form::BasicExpenditure && self.config.accounts.is_economic_name(key)
            || items.is_total(key)
            || [Side::Revenue, Side::Expenditure]
                .iter()
                .any(|side| items.find(key, self.spec.form, *side).is_some())
    }

    fn begin(&mut self, position: Position) {
        self.close();
        self.open = Some(Open {
            code: String::new(),
            parts: 0,
            pieces: Vec::new(),
            figures: Vec::new(),
            numbered: false,
            first_on_line: false,
            next_slot: 0,
            centred: false,
            stacked: true,
            position,
        });
    }

    fn close(&mut self) {
        let Some(mut open) = self.open.take() else { return };
        let (name, counterpart) = if self.header.counterpart {
            self.part_names(&open.pieces)
        } else {
            (open.pieces.concat(), String::new())
        };
        if self.header.counterpart && counterpart.is_empty() {
            skip_empty_counterpart(&mut open.figures);
        }
        let name = without_layout_space(&name).into_owned();
        let group = match (self.group_override, self.spec.rows) {
            (Some(group), _) => group,
            (None, RowRule::TwoSided) => self.side(&name, open.first_on_line),
            _ => 0,
        };
        if self.begins_row(group, &open.code) {
            self.row += 1;
            self.row_start = open.position;
            self.row_series.clear();
        }
        self.row_series.push(series(&open.code).to_owned());
        let position = Position {
            page: open.position.page,
            ..self.row_start
        };
        self.accounts.push(LineAccount {
            code: open.code,
            name,
            counterpart,
            figures: open.figures,
            group,
            position,
            likely: false,
            end: position.line,
            row: self.row,
        });
    }

    /// Parts the pieces of two names that stand side by side: where both halves are known, else at the first gap.
    fn part_names(&self, pieces: &[String]) -> (String, String) {
        let at = |split: usize| (pieces[..split].concat(), pieces[split..].concat());
        let known = |name: &str| name.is_empty() || self.is_known(&name_key(name));
        (1..=pieces.len())
            .rev()
            .map(at)
            .find(|(name, counterpart)| known(name) && known(counterpart))
            .unwrap_or_else(|| at(1.min(pieces.len())))
    }

    /// Whether an account begins a printed row, or stands beside the one before it.
    fn begins_row(&self, group: usize, code: &str) -> bool {
        if self.header.coded_groups && self.group_override.is_none() {
            let series = series(code);
            return matches!(series, "301" | "303" | "")
                && self.accounts.last().is_none_or(|last| !(series.is_empty() && last.code.is_empty()))
                || self.row_series.iter().any(|seen| seen == series);
        }
        group == 0 || self.group_override.is_some() || self.accounts.last().is_none_or(|last| last.group > 0)
    }

    /// The side of a summary that a name stands on: where both know it, the one that begins a line is on the left.
    fn side(&self, name: &str, first_on_line: bool) -> usize {
        let key = name_key(name);
        let form = self.spec.form;
        let revenue = self.config.items.find(&key, form, Side::Revenue).is_some();
        let expenditure =
            self.config.items.find(&key, form, Side::Expenditure).is_some() || self.config.accounts.functional_class(&key).is_some();
        match (revenue, expenditure) {
            (true, false) => 0,
            (false, true) => 1,
            _ if !revenue && !expenditure && compact(name).ends_with("收入") => 0,
            _ if !revenue && !expenditure && compact(name).ends_with("支出") => 1,
            _ => usize::from(!first_on_line && self.accounts.last().is_some_and(|account| account.group == 0)),
        }
    }
}

/// A second name that is blank has left its separator in front of the figures, unless the first is merged over it.
fn skip_empty_counterpart(figures: &mut [Figure]) {
    if figures.first().and_then(|figure| figure.slot).is_some_and(|slot| slot > 0) {
        for slot in figures.iter_mut().filter_map(|figure| figure.slot.as_mut()) {
            *slot -= 1;
        }
    }
}

/// The class (301, 302 …) that an economic code belongs to.
fn series(code: &str) -> &str {
    code.get(..3).unwrap_or("")
}
