//! How much memory columns hold.

use arrow::array::{Array, ArrayRef, AsArray, make_array};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use olly_types::batch::value_bytes;

/// Bytes that the values of an array hold. Views of the same bytes, as a repeated constant or a joined row has them, count
/// once; a slice counts as what it shows.
pub fn held_bytes(array: &ArrayRef) -> u64 {
    let span = |offsets: &[i32], values: &ArrayRef| {
        let (from, to) = (offsets.first().copied().unwrap_or(0), offsets.last().copied().unwrap_or(0));
        held_bytes(&values.slice(from as usize, (to - from) as usize))
    };
    let n = array.len() as u64;
    match array.data_type() {
        DataType::BinaryView => {
            let views = array.as_binary_view();
            let buffers: u64 = views.data_buffers().iter().map(|b| b.len() as u64).sum();
            value_bytes(array).min(16 * n + buffers)
        }
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            4 * n + span(list.value_offsets(), list.values())
        }
        DataType::Map(..) => {
            let map = array.as_map();
            let (offsets, entries) = (map.value_offsets(), map.entries());
            4 * n + entries.columns().iter().map(|c| span(offsets, c)).sum::<u64>()
        }
        DataType::Struct(_) => array.as_struct().columns().iter().map(held_bytes).sum(),
        _ => value_bytes(array),
    }
}

/// The rows of a slice in buffers of their own, so that operators which count buffers do not count the whole for each part.
pub fn compact(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    if array.data_type() == &DataType::BinaryView {
        return own_bytes(array);
    }
    let rows = arrow::array::UInt32Array::from_iter_values(0..array.len() as u32);
    own_bytes(&arrow::compute::take(array, &rows, None)?)
}

/// The array with views, however deep, of bytes of their own.
fn own_bytes(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    if let Some(views) = array.as_binary_view_opt() {
        return Ok(std::sync::Arc::new(views.gc()));
    }
    let data = array.to_data();
    if data.child_data().is_empty() {
        return Ok(std::sync::Arc::clone(array));
    }
    let mut children = Vec::with_capacity(data.child_data().len());
    for child in data.child_data() {
        children.push(own_bytes(&make_array(child.clone()))?.to_data());
    }
    Ok(make_array(data.into_builder().child_data(children).build()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use olly_types::value::array_of;
    use olly_types::{Type, Value};

    #[test]
    fn repeated_bytes_count_once_and_slices_as_what_they_show() {
        let long = Value::bytes("x".repeat(100_000));
        let one = array_of(std::slice::from_ref(&long), &Type::String).unwrap();
        let many = crate::expr::repeat(&one, 1000).unwrap();
        assert_eq!(held_bytes(&many), 116_000);
        let lists =
            array_of(&[Value::Array([long.clone(), long].into()), Value::Array([].into())], &Type::array(Type::String));
        let lists = lists.unwrap();
        assert_eq!(held_bytes(&lists), 2 * 100_016 + 8);
        assert_eq!(held_bytes(&lists.slice(1, 1)), 4);
        assert!(compact(&lists.slice(1, 1)).unwrap().get_buffer_memory_size() < 1000);
    }
}
