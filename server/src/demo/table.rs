//! Answers as plain tables.

/// Column names and rows, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads `FORMAT TabSeparatedWithNames`.
    pub fn from_tsv(text: &str) -> Table {
        let mut lines = text.lines().map(|l| l.split('\t').map(unescape).collect::<Vec<_>>());
        Table { columns: lines.next().unwrap_or_default(), rows: lines.collect() }
    }

    /// A cell of the first row.
    pub fn first(&self, column: &str) -> Option<&str> {
        let at = self.columns.iter().position(|c| c == column)?;
        self.rows.first()?.get(at).map(String::as_str)
    }

    /// Aligned columns; numbers to the right.
    pub fn render(&self) -> String {
        let width = |i: usize| {
            let cells = self.rows.iter().filter_map(|r| r.get(i)).chain(self.columns.get(i));
            cells.map(|c| c.chars().count()).max().unwrap_or(0)
        };
        let numeric: Vec<bool> = (0..self.columns.len())
            .map(|i| {
                self.rows.iter().filter_map(|r| r.get(i)).all(|c| c.parse::<f64>().is_ok()) && !self.rows.is_empty()
            })
            .collect();
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let line = |cells: &[String]| {
            let mut out = String::from("  ");
            for (i, cell) in cells.iter().enumerate() {
                let w = widths.get(i).copied().unwrap_or(0);
                if numeric.get(i) == Some(&true) {
                    out.push_str(&format!("{cell:>w$}  "));
                } else {
                    out.push_str(&format!("{cell:<w$}  "));
                }
            }
            format!("{}\n", out.trim_end())
        };
        let mut out = line(&self.columns);
        let rule: Vec<String> = widths.iter().map(|w| "-".repeat(*w)).collect();
        out.push_str(&line(&rule));
        self.rows.iter().for_each(|r| out.push_str(&line(r)));
        out
    }
}

fn unescape(cell: &str) -> String {
    let mut out = String::with_capacity(cell.len());
    let mut chars = cell.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some(other)) => out.push(other),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_aligned() {
        let t = Table::from_tsv("name\tn\na\t10\nlonger\\tname\t7\n");
        assert_eq!(t.first("n"), Some("10"));
        assert_eq!(t.rows[1][0], "longer\tname");
        let t = Table::from_tsv("name\tn\na\t10\nlonger\t7\n");
        assert_eq!(t.render(), "  name     n\n  ------  --\n  a       10\n  longer   7\n");
    }
}
