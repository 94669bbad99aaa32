//! Hashes: of any values as ClickHouse combines them (`cityHash64(a, b)`), of texts alone (CRC, message digests), of integers.
//! How values of each type are hashed and combined follows ClickHouse's `FunctionsHashing.h`.

use super::hash_algorithms::{crc, metro64, murmur, sip};
use super::num::*;
use super::text::{Texts, want_string};
use super::{Arg, Call, FUNCTION, Family, Function};
use arrow::array::{Array, ArrayRef, AsArray, FixedSizeBinaryArray};
use olly_types::cityhash::{city_hash_64, combine, int_hash_64};
use olly_types::{Code, Error, Result, Type};
use std::sync::Arc;

/// NULLs inside arrays and tuples.
const NULL_HASH: u128 = 0xc58a_d2da_03d9_a871 | 0x5715_f196_cbea_7a40 << 64;
/// The hash of nothing at all.
const FILLER: u64 = 0xe28d_bde7_fe22_e41c;

const HASH: Function = Function { family: Family::Hash, arity: (1, 1), ..FUNCTION };
const ANY: Function = Function { arity: (0, usize::MAX), ..HASH };

macro_rules! any {
    ($name:literal, $doc:literal, $ty:expr, $algorithm:ident) => {
        Function {
            name: $name,
            syntax: concat!($name, "(x, …)"),
            description: concat!($doc, " of the values, of any types."),
            examples: &[concat!("SELECT ", $name, "('a')")],
            infer: |_| Ok($ty),
            eval: any::<$algorithm>,
            ..ANY
        }
    };
}
macro_rules! digest {
    ($name:literal, $bytes:literal, $digest:ty) => {
        Function {
            name: $name,
            case_insensitive: true,
            syntax: concat!($name, "(s)"),
            description: concat!($name, " of the bytes."),
            examples: &[concat!("SELECT hex(", $name, "('a'))")],
            infer: |a| bytes_type(a, $name).map(|()| Type::FixedString($bytes)),
            eval: |c| {
                fixed(c, $bytes, |s| {
                    use sha2::Digest;
                    <$digest>::digest(s).to_vec()
                })
            },
            ..HASH
        }
    };
}

pub const FUNCTIONS: &[Function] = &[
    any!("cityHash64", "CityHash64 of version 1.0.2", Type::UInt64, City),
    any!("sipHash64", "SipHash-2-4 with a zero key", Type::UInt64, Sip64),
    any!("sipHash128", "ClickHouse's SipHash in 128 bits", Type::FixedString(16), Sip128),
    any!("halfMD5", "The first eight bytes of MD5", Type::UInt64, HalfMd5),
    any!("murmurHash2_32", "MurmurHash2 in 32 bits", Type::UInt32, Murmur2x32),
    any!("murmurHash2_64", "MurmurHash2 in 64 bits", Type::UInt64, Murmur2x64),
    any!("murmurHash3_32", "MurmurHash3 in 32 bits", Type::UInt32, Murmur3x32),
    any!("murmurHash3_64", "MurmurHash3 in 64 bits", Type::UInt64, Murmur3x64),
    any!("murmurHash3_128", "MurmurHash3 in 128 bits", Type::FixedString(16), Murmur3x128),
    any!("gccMurmurHash", "MurmurHash2 with gcc's seed", Type::UInt64, GccMurmur),
    any!("kafkaMurmurHash", "MurmurHash2 as Kafka's partitioner has it", Type::UInt32, KafkaMurmur),
    any!("metroHash64", "MetroHash", Type::UInt64, Metro),
    any!("xxHash32", "xxHash in 32 bits", Type::UInt32, Xx32),
    any!("xxHash64", "xxHash in 64 bits", Type::UInt64, Xx64),
    any!("xxh3", "XXH3 in 64 bits", Type::UInt64, Xxh3),
    Function {
        name: "javaHash",
        syntax: "javaHash(x)",
        description: "Java's hashCode of a text or a signed integer.",
        examples: &["SELECT javaHash('abc')"],
        infer: |a| match &a[0].ty {
            Type::String | Type::FixedString(_) | Type::Int8 | Type::Int16 | Type::Int32 | Type::Int64 => {
                Ok(Type::Int32)
            }
            other => Err(illegal(other, "javaHash")),
        },
        eval: java,
        ..HASH
    },
    Function {
        name: "hiveHash",
        syntax: "hiveHash(s)",
        description: "Java's hashCode of a text without its sign.",
        examples: &["SELECT hiveHash('abc')"],
        infer: |a| want_string(&a[0].ty, "hiveHash").map(|()| Type::Int32),
        eval: |c| {
            let t = Texts::of(c, 0)?;
            Ok(array((0..c.rows).map(|r| java_text(t.get(r)) & i32::MAX).collect::<Vec<i32>>()))
        },
        ..HASH
    },
    Function {
        name: "intHash32",
        syntax: "intHash32(n)",
        description: "A UInt32 hash of an integer.",
        examples: &["SELECT intHash32(1)"],
        infer: |a| integer(a, "intHash32").map(|()| Type::UInt32),
        eval: |c| Ok(array(natives::<u64>(&c.array(0)?)?.into_iter().map(int_hash_32).collect::<Vec<u32>>())),
        ..HASH
    },
    Function {
        name: "intHash64",
        syntax: "intHash64(n)",
        description: "A UInt64 hash of an integer.",
        examples: &["SELECT intHash64(1)"],
        infer: |a| integer(a, "intHash64").map(|()| Type::UInt64),
        eval: |c| Ok(array(natives::<u64>(&c.array(0)?)?.into_iter().map(int_hash_64).collect::<Vec<u64>>())),
        ..HASH
    },
    Function {
        name: "CRC32",
        case_insensitive: true,
        syntax: "CRC32(s)",
        description: "CRC-32 with the polynomial of IEEE 802.3 and initial value 0xffffffff, as zlib has it.",
        examples: &["SELECT CRC32('a')"],
        infer: |a| bytes_type(a, "CRC32").map(|()| Type::UInt32),
        eval: |c| crc32(c, |s| !(crc(s, 0xedb8_8320, 0xffff_ffff) as u32)),
        ..HASH
    },
    Function {
        name: "CRC32IEEE",
        case_insensitive: true,
        syntax: "CRC32IEEE(s)",
        description: "CRC-32 with the polynomial of IEEE 802.3 and initial value 0.",
        examples: &["SELECT CRC32IEEE('a')"],
        infer: |a| bytes_type(a, "CRC32IEEE").map(|()| Type::UInt32),
        eval: |c| crc32(c, |s| crc(s, 0xedb8_8320, 0) as u32),
        ..HASH
    },
    Function {
        name: "CRC64",
        case_insensitive: true,
        syntax: "CRC64(s)",
        description: "CRC-64 with the polynomial of ECMA-182 and initial value 0.",
        examples: &["SELECT CRC64('a')"],
        infer: |a| bytes_type(a, "CRC64").map(|()| Type::UInt64),
        eval: |c| {
            let t = Texts::of(c, 0)?;
            Ok(array((0..c.rows).map(|r| crc(t.get(r), 0xc96c_5795_d787_0f42, 0)).collect::<Vec<u64>>()))
        },
        ..HASH
    },
    digest!("MD5", 16, md5::Md5),
    digest!("SHA1", 20, sha1::Sha1),
    digest!("SHA224", 28, sha2::Sha224),
    digest!("SHA256", 32, sha2::Sha256),
    digest!("SHA384", 48, sha2::Sha384),
    digest!("SHA512", 64, sha2::Sha512),
    digest!("SHA512_256", 32, sha2::Sha512_256),
];

/// The finalizer of MurmurHash3.
pub(crate) fn murmur_mix(mut x: u64) -> u64 {
    x = (x ^ x >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    x = (x ^ x >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    x ^ x >> 33
}
/// Thomas Wang's hash of 64 bits into 32, with ClickHouse's salt.
fn int_hash_32(x: u64) -> u32 {
    let mut x = x ^ 0x75D9_543D_E018_BF45;
    x = (!x).wrapping_add(x << 18);
    x ^= x.rotate_right(31);
    x = x.wrapping_mul(21);
    x ^= x.rotate_right(11);
    x = x.wrapping_add(x << 6);
    x ^= x.rotate_right(22);
    x as u32
}

/// A hash of values: bytes to a word, and two words to one.
trait Algorithm {
    type Word: Copy + Default;
    /// Whether numbers of up to eight bytes go through `int_hash_64` rather than as their bytes.
    const MIX_INTEGERS: bool = false;
    fn bytes(s: &[u8]) -> Self::Word;
    fn combine(a: Self::Word, b: Self::Word) -> Self::Word;
    /// How sizes of arrays and special values enter.
    fn size(n: u64) -> Self::Word;
    fn cut(n: u128) -> Self::Word;
    fn mixed(n: u64) -> Self::Word {
        Self::size(n)
    }
    fn finish(words: Vec<Self::Word>) -> Result<ArrayRef>;
}

macro_rules! algorithm {
    ($name:ident, u64, $mix:literal, $bytes:expr, $combine:expr) => {
        struct $name;
        impl Algorithm for $name {
            type Word = u64;
            const MIX_INTEGERS: bool = $mix;
            fn bytes(s: &[u8]) -> u64 {
                $bytes(s)
            }
            fn combine(a: u64, b: u64) -> u64 {
                $combine(a, b)
            }
            fn size(n: u64) -> u64 {
                int_hash_64(n)
            }
            fn cut(n: u128) -> u64 {
                n as u64
            }
            fn finish(words: Vec<u64>) -> Result<ArrayRef> {
                Ok(array(words))
            }
        }
    };
    ($name:ident, u32, $bytes:expr) => {
        struct $name;
        impl Algorithm for $name {
            type Word = u32;
            fn bytes(s: &[u8]) -> u32 {
                $bytes(s)
            }
            fn combine(a: u32, b: u32) -> u32 {
                int_hash_32(u64::from(a)) ^ b
            }
            fn size(n: u64) -> u32 {
                int_hash_32(n)
            }
            fn cut(n: u128) -> u32 {
                n as u32
            }
            fn finish(words: Vec<u32>) -> Result<ArrayRef> {
                Ok(array(words))
            }
        }
    };
    ($name:ident, u128, $bytes:expr) => {
        struct $name;
        impl Algorithm for $name {
            type Word = u128;
            fn bytes(s: &[u8]) -> u128 {
                $bytes(s)
            }
            fn combine(a: u128, b: u128) -> u128 {
                Self::bytes(&[a.to_le_bytes(), b.to_le_bytes()].concat())
            }
            fn size(n: u64) -> u128 {
                u128::from(int_hash_32(n))
            }
            fn cut(n: u128) -> u128 {
                n
            }
            fn finish(words: Vec<u128>) -> Result<ArrayRef> {
                fixed_array(16, words.into_iter().map(|w| w.to_le_bytes().to_vec()).collect())
            }
        }
    };
}

/// The low half of ClickHouse's SipHash in 128 bits: what its sets of rows keep.
pub(crate) fn sip128(s: &[u8]) -> u64 {
    sip::hash128(s, 0, 0) as u64
}
fn half_md5(s: &[u8]) -> u64 {
    use md5::Digest;
    let d = md5::Md5::digest(s);
    d.iter().take(8).fold(0, |n, b| n << 8 | u64::from(*b))
}
fn by_bytes(f: fn(&[u8]) -> u64, a: u64, b: u64) -> u64 {
    f(&[a.to_le_bytes(), b.to_le_bytes()].concat())
}
fn xor_after_mix(a: u64, b: u64) -> u64 {
    int_hash_64(a) ^ b
}

algorithm!(City, u64, true, city_hash_64, combine);
algorithm!(Metro, u64, true, metro64, combine);
algorithm!(Xx64, u64, false, |s| xxhash_rust::xxh64::xxh64(s, 0), combine);
algorithm!(Xxh3, u64, false, xxhash_rust::xxh3::xxh3_64, combine);
algorithm!(Sip64, u64, false, |s| sip::hash64(s, 0, 0), |a, b| by_bytes(|s| sip::hash64(s, 0, 0), a, b));
algorithm!(HalfMd5, u64, false, half_md5, |a, b| by_bytes(half_md5, a, b));
algorithm!(Murmur2x64, u64, false, |s| murmur::hash2_64(s, 0), xor_after_mix);
algorithm!(GccMurmur, u64, false, |s| murmur::hash2_64(s, 0xc70f_6907), xor_after_mix);
algorithm!(
    Murmur3x64,
    u64,
    false,
    |s| {
        let (a, b) = murmur::hash3_128(s);
        a ^ b
    },
    xor_after_mix
);
algorithm!(Murmur2x32, u32, |s| murmur::hash2_32(s, 0));
algorithm!(KafkaMurmur, u32, |s| murmur::hash2_32(s, 0x9747_b28c) & 0x7fff_ffff);
algorithm!(Murmur3x32, u32, |s| murmur::hash3_32(s, 0));
algorithm!(Xx32, u32, |s| xxhash_rust::xxh32::xxh32(s, 0));
algorithm!(Sip128, u128, |s| sip::hash128(s, 0, 0));
algorithm!(Murmur3x128, u128, |s| {
    let (a, b) = murmur::hash3_128(s);
    u128::from(a) | u128::from(b) << 64
});

fn any<A: Algorithm>(call: &Call<'_>) -> Result<ArrayRef> {
    let mut out = vec![A::cut(u128::from(FILLER)); call.rows];
    let mut first = true;
    for (i, ty) in call.types.iter().enumerate() {
        add::<A>(&call.array(i)?, ty, &mut out, &mut first)?;
    }
    A::finish(out)
}

/// Takes one more column into the hashes of the rows.
fn add<A: Algorithm>(values: &ArrayRef, ty: &Type, out: &mut [A::Word], first: &mut bool) -> Result<()> {
    let is_first = *first;
    let mut put = |row: usize, hash: A::Word| {
        if let Some(word) = out.get_mut(row) {
            *word = if is_first { hash } else { A::combine(*word, hash) };
        }
    };
    *first = false;
    match ty {
        Type::Tuple(elements) => {
            let tuple = values.as_struct();
            *first = is_first;
            for (column, (_, ty)) in tuple.columns().iter().zip(elements.iter()) {
                add::<A>(column, ty, out, first)?;
            }
            *first = false;
        }
        Type::LowCardinality(inner) => {
            let plain = arrow::compute::cast(values, &inner.carrier()).map_err(crate::expr::internal)?;
            *first = is_first;
            add::<A>(&plain, inner, out, first)?;
        }
        Type::Nullable(inner) => {
            let before = out.to_vec();
            let plain = crate::expr::without_nulls(values, ty)?;
            *first = is_first;
            add::<A>(&plain, inner, out, first)?;
            let null = A::cut(NULL_HASH);
            for row in (0..values.len()).filter(|r| values.is_null(*r)) {
                if let (Some(word), Some(old)) = (out.get_mut(row), before.get(row)) {
                    *word = if is_first { null } else { A::combine(*old, null) };
                }
            }
        }
        Type::Array(inner) => {
            let list = values.as_list::<i32>();
            let items = list.values();
            items_of::<A>(list.offsets(), items, std::slice::from_ref(&**inner), out, is_first)?;
        }
        Type::Map(k, v) => {
            let map = values.as_map();
            let pairs: ArrayRef = Arc::new(map.entries().clone());
            let pair = Type::tuple([(**k).clone(), (**v).clone()]);
            items_of::<A>(map.offsets(), &pairs, std::slice::from_ref(&pair), out, is_first)?;
        }
        Type::Nothing => out.fill(A::Word::default()),
        Type::String => {
            let texts = values.as_binary_view();
            (0..values.len()).for_each(|r| put(r, A::bytes(texts.value(r))));
        }
        Type::Uuid => {
            // ClickHouse keeps a UUID as two little-endian halves, the first half first: our bytes backwards.
            let texts = values.as_fixed_size_binary();
            for r in 0..values.len() {
                let mut b = texts.value(r).to_vec();
                b.reverse();
                put(r, A::bytes(&b));
            }
        }
        Type::FixedString(_) | Type::Ipv6 => {
            let texts = values.as_fixed_size_binary();
            (0..values.len()).for_each(|r| put(r, A::bytes(texts.value(r))));
        }
        // These go as their bytes under every algorithm.
        t if t.is_decimal() || matches!(t, Type::DateTime64(..) | Type::Interval(_)) => {
            let width = t.carrier().primitive_width().unwrap_or(8);
            each_raw(values, width, |r, bytes| put(r, A::bytes(bytes)))?;
        }
        t => {
            let width = t.carrier().primitive_width().ok_or_else(|| illegal(t, "hash"))?;
            each_raw(values, width, |r, bytes| {
                if A::MIX_INTEGERS {
                    let word = bytes.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b));
                    put(r, A::mixed(word));
                } else {
                    put(r, A::bytes(bytes));
                }
            })?;
        }
    }
    Ok(())
}

/// `f` of each row and its value's little-endian bytes, for carriers of a fixed width.
pub(crate) fn each_raw(values: &ArrayRef, width: usize, mut f: impl FnMut(usize, &[u8])) -> Result<()> {
    let data = values.to_data();
    let missing = || Error::new(Code::LogicalError, "a column without values");
    let from = data.offset() * width;
    let bytes = data.buffers().first().and_then(|b| b.as_slice().get(from..from + values.len() * width));
    bytes.ok_or_else(missing)?.chunks_exact(width).enumerate().for_each(|(r, b)| f(r, b));
    Ok(())
}

/// The length of each list, then its items' hashes in order.
fn items_of<A: Algorithm>(
    offsets: &arrow::buffer::OffsetBuffer<i32>,
    items: &ArrayRef,
    types: &[Type],
    out: &mut [A::Word],
    first: bool,
) -> Result<()> {
    let mut hashes = vec![A::cut(u128::from(FILLER)); items.len()];
    let mut inner_first = true;
    for ty in types {
        add::<A>(items, ty, &mut hashes, &mut inner_first)?;
    }
    for (word, range) in out.iter_mut().zip(offsets.windows(2)) {
        let (from, to) = (range[0] as usize, range[1] as usize);
        let size = A::size((to - from) as u64);
        *word = if first { size } else { A::combine(*word, size) };
        for hash in hashes.get(from..to).unwrap_or_default() {
            *word = A::combine(*word, *hash);
        }
    }
    Ok(())
}

fn java_text(s: &[u8]) -> i32 {
    s.iter().fold(0u32, |h, b| h.wrapping_mul(31).wrapping_add(*b as i8 as u32)) as i32
}

fn java(call: &Call<'_>) -> Result<ArrayRef> {
    if call.types[0].is_string() {
        let t = Texts::of(call, 0)?;
        return Ok(array((0..call.rows).map(|r| java_text(t.get(r))).collect::<Vec<i32>>()));
    }
    let wide = call.types[0] == Type::Int64;
    let values = natives::<i64>(&call.array(0)?)?;
    Ok(array(
        values
            .into_iter()
            .map(|v| if wide { v as i32 ^ ((v as u64) >> 32) as i32 } else { v as i32 })
            .collect::<Vec<i32>>(),
    ))
}

fn integer(args: &[Arg], name: &str) -> Result<()> {
    let ty = &args[0].ty;
    let fine = ty.is_integer()
        || matches!(ty, Type::Bool | Type::Date | Type::Date32 | Type::DateTime(_) | Type::Ipv4)
        || matches!(ty, Type::Decimal(p, _) if *p <= 18);
    if fine { Ok(()) } else { Err(illegal(ty, name)) }
}

/// Texts, and IPv6 addresses as their bytes.
fn bytes_type(args: &[Arg], name: &str) -> Result<()> {
    match &args[0].ty {
        Type::Ipv6 => Ok(()),
        ty => want_string(ty, name),
    }
}

fn crc32(call: &Call<'_>, f: impl Fn(&[u8]) -> u32) -> Result<ArrayRef> {
    let t = Texts::of(call, 0)?;
    Ok(array((0..call.rows).map(|r| f(t.get(r))).collect::<Vec<u32>>()))
}

fn fixed(call: &Call<'_>, width: usize, f: impl Fn(&[u8]) -> Vec<u8>) -> Result<ArrayRef> {
    let t = Texts::of(call, 0)?;
    fixed_array(width, (0..call.rows).map(|r| f(t.get(r))).collect())
}

/// FixedString values of one width.
pub(super) fn fixed_array(width: usize, values: Vec<Vec<u8>>) -> Result<ArrayRef> {
    let rows = values.len();
    let bytes: Vec<u8> = values.concat();
    if bytes.len() != rows * width {
        return Err(Error::new(Code::LogicalError, "a fixed string of the wrong length"));
    }
    let array = FixedSizeBinaryArray::try_new(width as i32, bytes.into(), None).map_err(crate::expr::internal)?;
    Ok(Arc::new(array))
}
