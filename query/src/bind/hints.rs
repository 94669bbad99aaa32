//! "Maybe you meant": names near an unknown one.

/// ` Maybe you meant: ['a', 'b']`, or nothing.
pub fn hint<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let limit = (name.len() / 3).clamp(1, 3);
    let lower = name.to_ascii_lowercase();
    let mut near: Vec<(usize, &str)> = known
        .filter_map(|k| {
            let d = distance(&lower, &k.to_ascii_lowercase());
            (d <= limit).then_some((d, k))
        })
        .collect();
    near.sort();
    near.dedup();
    near.truncate(3);
    if near.is_empty() {
        return String::new();
    }
    let names: Vec<String> = near.iter().map(|(_, n)| format!("'{n}'")).collect();
    format!(". Maybe you meant: [{}]", names.join(", "))
}

/// Levenshtein distance over bytes; texts beyond 64 bytes are far from everything.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() > 64 || b.len() > 64 || a.len().abs_diff(b.len()) > 3 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut last = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let next = (last + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            last = row[j + 1];
            row[j + 1] = next;
        }
    }
    row[b.len()]
}
