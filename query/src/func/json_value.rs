//! JSON as the functions see it: a parsed value that keeps the order of members and repeated names, and tells integers
//! from fractions as ClickHouse's parser does (an integer beyond 64 bits is a text of its digits).

use crate::expr::meter;
use olly_types::text::{parse_float, write_float64};

/// Nesting that ClickHouse's parser takes.
const MAX_DEPTH: usize = 1024;

#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Int(i64),
    /// Above the range of `Int` only.
    UInt(u64),
    Double(f64),
    Text(Vec<u8>),
    Array(Vec<Json>),
    Object(Vec<(Vec<u8>, Json)>),
}

impl Json {
    /// The value of a whole text, or nothing where it is not JSON.
    pub fn parse(text: &[u8]) -> Option<Json> {
        std::str::from_utf8(text).ok()?;
        let mut parser = Parser { text, at: 0, values: 0 };
        let value = parser.value(0)?;
        parser.space();
        (parser.at == text.len()).then_some(value)
    }
    /// The member of a name: the first of equal ones.
    pub fn member(&self, name: &[u8], any_case: bool) -> Option<&Json> {
        let Json::Object(members) = self else { return None };
        let same = |n: &[u8]| if any_case { n.eq_ignore_ascii_case(name) } else { n == name };
        members.iter().find(|(n, _)| same(n)).map(|(_, v)| v)
    }
    /// The element or member at a position from 1, or from the end where negative, with its name.
    pub fn at(&self, index: i64) -> Option<(Option<&[u8]>, &Json)> {
        let place = |n: usize| match index {
            1.. => usize::try_from(index - 1).ok(),
            0 => None,
            _ => n.checked_sub(usize::try_from(index.unsigned_abs()).ok()?),
        };
        match self {
            Json::Array(items) => Some((None, items.get(place(items.len())?)?)),
            Json::Object(members) => members.get(place(members.len())?).map(|(n, v)| (Some(n.as_slice()), v)),
            _ => None,
        }
    }
    /// Without spaces, numbers as ClickHouse prints them.
    pub fn write(&self, out: &mut Vec<u8>) {
        let text = |s: &[u8], out: &mut Vec<u8>| olly_types::text::write_json_string(s, false, out);
        match self {
            Json::Null => out.extend_from_slice(b"null"),
            Json::Bool(b) => out.extend_from_slice(if *b { b"true" } else { b"false" }),
            Json::Int(n) => out.extend_from_slice(n.to_string().as_bytes()),
            Json::UInt(n) => out.extend_from_slice(n.to_string().as_bytes()),
            Json::Double(f) => write_float64(*f, out),
            Json::Text(s) => text(s, out),
            Json::Array(items) => {
                out.push(b'[');
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        out.push(b',');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Json::Object(members) => {
                out.push(b'{');
                for (i, (name, value)) in members.iter().enumerate() {
                    if i > 0 {
                        out.push(b',');
                    }
                    text(name, out);
                    out.push(b':');
                    value.write(out);
                }
                out.push(b'}');
            }
        }
    }
    pub fn raw(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    /// Values begun so far.
    values: usize,
}

/// Values after which is asked whether there is memory for more.
const ASK_VALUES: usize = 4096;

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }
    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }
    fn eat(&mut self, b: u8) -> Option<()> {
        (self.peek() == Some(b)).then(|| self.at += 1)
    }
    fn word(&mut self, word: &[u8], value: Json) -> Option<Json> {
        self.text.get(self.at..)?.starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }
    fn value(&mut self, depth: usize) -> Option<Json> {
        self.space();
        self.values += 1;
        if self.values.is_multiple_of(ASK_VALUES) && meter::stop() {
            return None;
        }
        match self.peek()? {
            b'{' | b'[' if depth >= MAX_DEPTH => None,
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string().map(Json::Text),
            b't' => self.word(b"true", Json::Bool(true)),
            b'f' => self.word(b"false", Json::Bool(false)),
            b'n' => self.word(b"null", Json::Null),
            _ => self.number(),
        }
    }
    fn object(&mut self, depth: usize) -> Option<Json> {
        self.at += 1;
        let mut members = Vec::new();
        self.space();
        if self.eat(b'}').is_some() {
            return Some(Json::Object(members));
        }
        loop {
            self.space();
            let name = self.string()?;
            self.space();
            self.eat(b':')?;
            members.push((name, self.value(depth + 1)?));
            self.space();
            if self.eat(b',').is_none() {
                self.eat(b'}')?;
                // A list begins with room for four.
                members.shrink_to_fit();
                return Some(Json::Object(members));
            }
        }
    }
    fn array(&mut self, depth: usize) -> Option<Json> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.eat(b']').is_some() {
            return Some(Json::Array(items));
        }
        loop {
            if meter::refused(meter::before_growth(items.len(), items.capacity(), size_of::<Json>())) {
                return None;
            }
            items.push(self.value(depth + 1)?);
            self.space();
            if self.eat(b',').is_none() {
                self.eat(b']')?;
                items.shrink_to_fit();
                return Some(Json::Array(items));
            }
        }
    }
    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |n, d| Some(n << 4 | char::from(*d).to_digit(16)?))
    }
    fn string(&mut self) -> Option<Vec<u8>> {
        self.eat(b'"')?;
        let mut out = Vec::new();
        loop {
            let b = self.peek()?;
            self.at += 1;
            match b {
                b'"' => return Some(out),
                0..=0x1f => return None,
                b'\\' => {
                    let escape = self.peek()?;
                    self.at += 1;
                    out.push(match escape {
                        b'"' | b'\\' | b'/' => escape,
                        b'b' => 8,
                        b'f' => 12,
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'u' => {
                            let mut code = self.unit()?;
                            if (0xd800..0xdc00).contains(&code) {
                                self.eat(b'\\')?;
                                self.eat(b'u')?;
                                let low = self.unit()?;
                                if !(0xdc00..0xe000).contains(&low) {
                                    return None;
                                }
                                code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                            }
                            let c = char::from_u32(code)?;
                            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                            continue;
                        }
                        _ => return None,
                    });
                }
                _ => out.push(b),
            }
        }
    }
    fn digits(&mut self) -> usize {
        let from = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - from
    }
    fn number(&mut self) -> Option<Json> {
        let from = self.at;
        let _ = self.eat(b'-');
        let zero = self.peek() == Some(b'0');
        let digits = self.digits();
        if digits == 0 || zero && digits > 1 {
            return None;
        }
        let mut whole = true;
        if self.eat(b'.').is_some() {
            whole = false;
            if self.digits() == 0 {
                return None;
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            whole = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return None;
            }
        }
        let text = self.text.get(from..self.at)?;
        if !whole {
            return parse_float(text).filter(|f| f.is_finite()).map(Json::Double);
        }
        let text = std::str::from_utf8(text).ok()?;
        Some(match (text.parse::<i64>(), text.parse::<u64>()) {
            (Ok(n), _) => Json::Int(n),
            (_, Ok(n)) => Json::UInt(n),
            _ => Json::Text(text.as_bytes().to_vec()),
        })
    }
}
