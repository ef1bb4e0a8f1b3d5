//! Paragraphs that state figures, with what a perfect reading makes of each.

use super::disclosure::Printer;

/// A figure that a paragraph or a row of counts states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TruthFact {
    /// The code of `facts.fact`.
    pub fact: &'static str,
    /// What it is about, as printed.
    pub subject: Option<String>,
    /// The figure in ten-thousandths (of yuan, percent, vehicles …).
    pub value: i128,
    /// As printed.
    pub value_text: String,
    /// The code of `facts.unit`.
    pub unit: &'static str,
    /// Whether it is a change since the year before.
    pub is_change: bool,
    /// The stated reason of the change.
    pub reason: Option<&'static str>,
    /// 1-based line where the paragraph or row starts; 0 until rendered.
    pub line: u32,
}

impl TruthFact {
    /// A count, `2辆`, of the last place of a text.
    pub fn count(fact: &'static str, number: i64, value_text: String, unit: &'static str) -> Self {
        Self {
            fact,
            subject: None,
            value: i128::from(number) * ONE,
            value_text,
            unit,
            is_change: false,
            reason: None,
            line: 0,
        }
    }

    /// With what it is about.
    pub fn about(mut self, subject: &str) -> Self {
        self.subject = Some(subject.to_owned());
        self
    }
}

/// Values have four places.
const ONE: i128 = 10_000;

/// A paragraph under construction: its text, and the figures that it states.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prose {
    /// The text.
    pub text: String,
    /// Its figures in their order.
    pub facts: Vec<TruthFact>,
}

impl From<&str> for Prose {
    fn from(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            facts: Vec::new(),
        }
    }
}

impl From<String> for Prose {
    fn from(text: String) -> Self {
        Self { text, facts: Vec::new() }
    }
}

impl Prose {
    /// Words without a figure of their own.
    pub fn say(mut self, words: &str) -> Self {
        self.text.push_str(words);
        self
    }

    /// `12.34万元`, which states `fact`.
    pub fn money(self, fact: &'static str, printer: Printer, yuan: i64) -> Self {
        self.signed(fact, printer, yuan, 1)
    }

    /// An amount that states no fact.
    pub fn aside(self, printer: Printer, yuan: i64) -> Self {
        let text = format!("{}万元", printer.text(yuan));
        self.say(&text)
    }

    /// `12.34万元` of a class, as `function_expenditure`.
    pub fn money_of(self, fact: &'static str, subject: &str, printer: Printer, yuan: i64) -> Self {
        let mut prose = self.money(fact, printer, yuan);
        prose.about_last(subject);
        prose
    }

    fn signed(mut self, fact: &'static str, printer: Printer, yuan: i64, sign: i128) -> Self {
        let printed = printer.text(yuan);
        let hundredths: i128 = printed
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '-')
            .collect::<String>()
            .parse()
            .unwrap_or(0);
        let value_text = format!("{printed}万元");
        self.text.push_str(&value_text);
        let value = sign * hundredths * ONE / 100 * i128::from(printer.unit.yuan);
        self.facts.push(TruthFact {
            value,
            ..TruthFact::count(fact, 0, value_text, "yuan")
        });
        self
    }

    /// `12.34%` of a whole.
    pub fn percent(self, fact: &'static str, part: i64, whole: i64) -> Self {
        self.signed_percent(fact, part, whole, 1)
    }

    /// `12.34%` of a whole, the share of a class.
    pub fn percent_of(self, fact: &'static str, subject: &str, part: i64, whole: i64) -> Self {
        let mut prose = self.percent(fact, part, whole);
        prose.about_last(subject);
        prose
    }

    fn signed_percent(mut self, fact: &'static str, part: i64, whole: i64, sign: i128) -> Self {
        let hundredths = hundredths_of_percent(part, whole);
        let value_text = format!("{}.{:02}%", hundredths / 100, hundredths % 100);
        self.text.push_str(&value_text);
        self.facts.push(TruthFact {
            value: sign * i128::from(hundredths) * ONE / 100,
            ..TruthFact::count(fact, 0, value_text, "percent")
        });
        self
    }

    /// `2辆`.
    pub fn count(mut self, fact: &'static str, number: i64, word: &str, unit: &'static str) -> Self {
        let value_text = format!("{number}{word}");
        self.text.push_str(&value_text);
        self.facts.push(TruthFact::count(fact, number, value_text, unit));
        self
    }

    fn about_last(&mut self, subject: &str) {
        if let Some(last) = self.facts.last_mut() {
            last.subject = Some(subject.to_owned());
        }
    }

    /// `增加1.00万元，增长2.00%` as facts; `持平` where nothing changed. A `reason` is stated behind `主要原因是`.
    pub fn change(mut self, facts: [&'static str; 2], printer: Printer, (now, before): (i64, i64), reason: Option<&'static str>) -> Self {
        let first = self.facts.len();
        self = match now.cmp(&before) {
            std::cmp::Ordering::Greater => self
                .say("增加")
                .signed(facts[0], printer, now - before, 1)
                .say("，增长")
                .signed_percent(facts[1], now - before, before, 1),
            std::cmp::Ordering::Less => self
                .say("减少")
                .signed(facts[0], printer, before - now, -1)
                .say("，下降")
                .signed_percent(facts[1], before - now, before, -1),
            std::cmp::Ordering::Equal => self.say("持平"),
        };
        for fact in self.facts.iter_mut().skip(first) {
            fact.is_change = true;
            fact.reason = reason;
        }
        match reason {
            Some(reason) => self.say("，主要原因是").say(reason).say("。"),
            None => self.say("。"),
        }
    }
}

/// A share in hundredths of a percent, rounded.
fn hundredths_of_percent(part: i64, whole: i64) -> i64 {
    if whole == 0 {
        0
    } else {
        (part.abs() * 20_000 / whole.abs() + 1) / 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::MoneyUnit;

    #[test]
    fn figures_know_what_they_state() {
        let printer = Printer {
            unit: MoneyUnit::WAN,
            grouped: true,
        };
        let prose = Prose::from("收入总计")
            .money("revenue_total", printer, 12_345_600)
            .say("，比上年")
            .change(
                ["revenue_change", "revenue_change_percent"],
                printer,
                (750_000, 1_000_000),
                Some("压减支出"),
            );
        assert_eq!(
            prose.text,
            "收入总计1,234.56万元，比上年减少25.00万元，下降25.00%，主要原因是压减支出。"
        );
        let told: Vec<(&str, i128)> = prose.facts.iter().map(|fact| (fact.fact, fact.value)).collect();
        let wanted = [
            ("revenue_total", 123_456_000_000),
            ("revenue_change", -2_500_000_000),
            ("revenue_change_percent", -250_000),
        ];
        assert_eq!(told, wanted);
    }
}
