//! Resource and scope of a run of records: read once, stored once per block, repeated by number.

use super::any::{read_attribute, write_hex};
use super::reject::{Fault, Reason};
use super::wire::{Field, Malformed, Walk};
use crate::columns::{AttrBuf, DictCol, InternedMaps};
use arrow::array::ArrayRef;
use olly_types::{Result, hash};

/// Field numbers shared by ResourceLogs, ResourceSpans and ResourceMetrics, and by their scope messages.
const CONTEXT: u32 = 1;
const ITEMS: u32 = 2;
const SCHEMA_URL: u32 = 3;

/// Names of a signal's three levels.
pub struct Levels {
    pub request: &'static str,
    pub resource: &'static str,
    pub scope: &'static str,
}

/// Who sent a run of records.
#[derive(Default)]
pub struct Context {
    /// Grows with every scope of the request.
    pub ordinal: u32,
    pub service: Vec<u8>,
    pub resource: AttrBuf,
    resource_content: Vec<u8>,
    /// Content hash of the resource's attributes: part of the routing key.
    pub resource_hash: u128,
    resource_url: Vec<u8>,
    scope: AttrBuf,
    scope_content: Vec<u8>,
    /// Content hash of all that describes the scope: runs of one scope keep their keys.
    scope_hash: u128,
    scope_name: Vec<u8>,
    scope_version: Vec<u8>,
    scope_url: Vec<u8>,
    scope_dropped: u32,
    /// Set where the resource or the scope itself breaks a limit: all its records are refused.
    pub fault: Option<Reason>,
}

/// Walks a request's resources and scopes, calling `item` for each record with its context.
///
/// schema_url follows the records it describes, so each level is walked twice: for what describes it, then for its items.
pub fn each_item<'a>(
    body: &'a [u8],
    levels: &Levels,
    mut item: impl FnMut(&Context, &'a [u8]) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    let mut context = Context::default();
    let mut request = Walk::new(body, levels.request);
    while let Some(f) = request.next()? {
        if f.number != 1 {
            continue;
        }
        let resource = f.bytes()?;
        let resource_fault = context.read_resource(resource, levels.resource)?;
        let mut scopes = Walk::new(resource, levels.resource);
        while let Some(f) = scopes.next()? {
            if f.number != ITEMS {
                continue;
            }
            let scope = f.bytes()?;
            let fault = context.read_scope(scope, levels.scope)?;
            context.fault = resource_fault.or(fault);
            context.ordinal += 1;
            let mut items = Walk::new(scope, levels.scope);
            while let Some(f) = items.next()? {
                if f.number == ITEMS {
                    item(&context, f.bytes()?)?;
                }
            }
        }
    }
    Ok(())
}

/// A row's fault stays with it, a request's ends the walk.
fn row_fault(result: Result<(), Fault>, fault: &mut Option<Reason>) -> Result<(), Malformed> {
    match result {
        Ok(()) => Ok(()),
        Err(Fault::Row(reason)) => {
            *fault = Some(reason);
            Ok(())
        }
        Err(Fault::Request(m)) => Err(m),
    }
}

impl Context {
    fn read_resource(&mut self, bytes: &[u8], message: &'static str) -> Result<Option<Reason>, Malformed> {
        self.resource.clear();
        self.resource_url.clear();
        self.service.clear();
        let mut fault = None;
        let mut walk = Walk::new(bytes, message);
        while let Some(f) = walk.next()? {
            match f.number {
                CONTEXT => {
                    let mut resource = Walk::new(f.bytes()?, "Resource");
                    while let Some(f) = resource.next()? {
                        if f.number == 1 && fault.is_none() {
                            row_fault(read_attribute(f.bytes()?, &mut self.resource), &mut fault)?;
                        }
                    }
                }
                SCHEMA_URL => replace(&mut self.resource_url, &f)?,
                _ => {}
            }
        }
        if fault.is_some() {
            self.resource.clear();
        }
        self.resource.content(&mut self.resource_content);
        self.resource_hash = hash::content_hash(&self.resource_content);
        if let Some(service) = self.resource.get(b"service.name") {
            self.service.extend_from_slice(service);
        }
        Ok(fault)
    }

    fn read_scope(&mut self, bytes: &[u8], message: &'static str) -> Result<Option<Reason>, Malformed> {
        self.scope.clear();
        self.scope_name.clear();
        self.scope_version.clear();
        self.scope_url.clear();
        self.scope_dropped = 0;
        let mut fault = None;
        let mut walk = Walk::new(bytes, message);
        while let Some(f) = walk.next()? {
            match f.number {
                CONTEXT => {
                    let mut scope = Walk::new(f.bytes()?, "InstrumentationScope");
                    while let Some(f) = scope.next()? {
                        match f.number {
                            1 => replace(&mut self.scope_name, &f)?,
                            2 => replace(&mut self.scope_version, &f)?,
                            3 if fault.is_none() => {
                                row_fault(read_attribute(f.bytes()?, &mut self.scope), &mut fault)?;
                            }
                            4 => self.scope_dropped = f.varint()? as u32,
                            _ => {}
                        }
                    }
                }
                SCHEMA_URL => replace(&mut self.scope_url, &f)?,
                _ => {}
            }
        }
        if fault.is_some() {
            self.scope.clear();
        }
        self.scope.content(&mut self.scope_content);
        let mut hasher = hash::ContentHasher::default();
        for field in [&self.scope_content, &self.scope_name, &self.scope_version, &self.scope_url] {
            hasher.field(field);
        }
        hasher.field(&self.scope_dropped.to_le_bytes());
        self.scope_hash = hasher.finish();
        Ok(fault)
    }
}

fn replace(target: &mut Vec<u8>, f: &Field<'_>) -> Result<(), Malformed> {
    target.clear();
    target.extend_from_slice(f.bytes()?);
    Ok(())
}

/// The context columns of a table: filled by runs, when the context changes and at the end.
#[derive(Default)]
pub struct ContextCols {
    /// Ordinal of the open run; 0 before the first.
    current: u32,
    /// Scope of the open run; 0 before the first.
    scope_hash: u128,
    keys: Keys,
    service: DictCol,
    resource_url: DictCol,
    resource: InternedMaps,
    scope_url: DictCol,
    scope_name: DictCol,
    scope_version: DictCol,
    scope: InternedMaps,
    dropped: Vec<u32>,
}

#[derive(Default)]
struct Keys {
    service: u32,
    resource_url: u32,
    resource: u32,
    scope_url: u32,
    scope_name: u32,
    scope_version: u32,
    scope: u32,
    dropped: u32,
}

/// The finished columns.
pub struct ContextArrays {
    pub service: ArrayRef,
    pub resource_url: ArrayRef,
    pub resource: ArrayRef,
    pub scope_url: ArrayRef,
    pub scope_name: ArrayRef,
    pub scope_version: ArrayRef,
    pub scope: ArrayRef,
    pub dropped: ArrayRef,
}

impl ContextCols {
    /// Says that the rows from `rows` on (the number pushed so far) are of this context.
    #[inline]
    pub fn enter(&mut self, context: &Context, rows: usize) {
        if self.current != context.ordinal {
            self.change(context, rows);
        }
    }

    fn change(&mut self, context: &Context, rows: usize) {
        self.fill(rows);
        self.current = context.ordinal;
        let keys = &mut self.keys;
        keys.service = self.service.key(&context.service);
        keys.resource_url = self.resource_url.key(&context.resource_url);
        keys.resource =
            self.resource.key_hashed(&context.resource, &context.resource_content, context.resource_hash as u64).0;
        if self.scope_hash == context.scope_hash {
            return;
        }
        self.scope_hash = context.scope_hash;
        keys.scope_url = self.scope_url.key(&context.scope_url);
        keys.scope_name = self.scope_name.key(&context.scope_name);
        keys.scope_version = self.scope_version.key(&context.scope_version);
        keys.scope = self.scope.key(&context.scope, &context.scope_content).0;
        keys.dropped = context.scope_dropped;
    }

    fn fill(&mut self, rows: usize) {
        self.service.fill(self.keys.service, rows);
        self.resource_url.fill(self.keys.resource_url, rows);
        self.resource.fill(self.keys.resource, rows);
        self.scope_url.fill(self.keys.scope_url, rows);
        self.scope_name.fill(self.keys.scope_name, rows);
        self.scope_version.fill(self.keys.scope_version, rows);
        self.scope.fill(self.keys.scope, rows);
        self.dropped.resize(rows, self.keys.dropped);
    }

    /// Bytes of the distinct values (the keys of open runs are counted by the table).
    #[inline]
    pub fn size(&self) -> usize {
        self.service.size() + self.resource.size() + self.scope.size() + self.scope_name.size()
    }

    pub fn finish(mut self, rows: usize) -> Result<ContextArrays> {
        self.fill(rows);
        Ok(ContextArrays {
            service: self.service.finish()?,
            resource_url: self.resource_url.finish()?,
            resource: self.resource.finish()?,
            scope_url: self.scope_url.finish()?,
            scope_name: self.scope_name.finish()?,
            scope_version: self.scope_version.finish()?,
            scope: self.scope.finish()?,
            dropped: crate::columns::primitive::<arrow::datatypes::UInt32Type>(self.dropped),
        })
    }
}

/// Checks a trace or span id: absent and all-zero ids are empty (W3C trace context calls them invalid).
#[inline]
pub fn id_bytes(bytes: &[u8], length: usize, reason: Reason) -> Result<&[u8], Fault> {
    if bytes.is_empty() || (bytes.len() == length && bytes.iter().all(|b| *b == 0)) {
        return Ok(&[]);
    }
    if bytes.len() != length {
        return Err(Fault::Row(reason));
    }
    Ok(bytes)
}

/// Hex of an id into a small buffer.
#[inline]
pub fn hex_id<'b>(bytes: &[u8], buffer: &'b mut Vec<u8>) -> &'b [u8] {
    buffer.clear();
    write_hex(bytes, buffer);
    buffer
}

/// Reads a time that must fit 64-bit signed nanoseconds.
#[inline]
pub fn nanos(raw: u64) -> Result<i64, Fault> {
    i64::try_from(raw).map_err(|_| Fault::Row(Reason::TimeOutOfRange))
}
