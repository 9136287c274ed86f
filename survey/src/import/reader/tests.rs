use super::*;
use alloc::{format, string::String, vec};

/// The records of a file that arrives in chunks of this size: line, cells, fault.
fn records(file: &[u8], chunk_size: usize) -> Vec<(u64, Vec<String>, Option<Fault>)> {
    let mut reader = Reader::new();
    let mut found = Vec::new();
    let mut push = |record: Record<'_>| {
        let cells = (0..record.len()).map(|at| String::from_utf8_lossy(record.bytes(at)).into_owned()).collect();
        found.push((record.line, cells, record.fault));
    };
    for chunk in file.chunks(chunk_size) {
        let mut rest = chunk;
        while let Some(record) = reader.read(&mut rest) {
            push(record);
        }
        assert!(rest.is_empty());
    }
    while let Some(record) = reader.end() {
        push(record);
    }
    assert!(reader.end().is_none());
    found
}

#[test]
fn files_are_split_into_records_whatever_the_chunk_size() {
    type Expected<'a> = &'a [(u64, &'a [&'a str])];
    let cases: [(&str, Expected<'_>); 17] = [
        ("", &[]),
        ("\n\r\n\n", &[]),
        ("a,b\n1,2\n", &[(1, &["a", "b"]), (2, &["1", "2"])]),
        ("a,b\r\n1,2", &[(1, &["a", "b"]), (2, &["1", "2"])]),
        ("\u{feff}a,b\n1,2", &[(1, &["a", "b"]), (2, &["1", "2"])]),
        ("\u{feff}\r\na;b\n1,5;2", &[(2, &["a", "b"]), (3, &["1,5", "2"])]),
        ("a;b;c\n1,5;2;3", &[(1, &["a", "b", "c"]), (2, &["1,5", "2", "3"])]),
        ("a\tb\n1;2;3,4\t", &[(1, &["a", "b"]), (2, &["1;2;3,4", ""])]),
        (
            "a,b\r1,2\r\r3,\"x\ry\"\r5,6\r\n7,8",
            &[(1, &["a", "b"]), (2, &["1", "2"]), (4, &["3", "x\ry"]), (6, &["5", "6"]), (7, &["7", "8"])],
        ),
        ("only\nx", &[(1, &["only"]), (2, &["x"])]),
        ("\"a;b;c\",d\n1,2", &[(1, &["a;b;c", "d"]), (2, &["1", "2"])]),
        ("a,b\n\n\n1,2\n\n3,4\n", &[(1, &["a", "b"]), (4, &["1", "2"]), (6, &["3", "4"])]),
        ("a,b\n\"x\ny\r\nz\",2\n3,4", &[(1, &["a", "b"]), (2, &["x\ny\r\nz", "2"]), (5, &["3", "4"])]),
        ("a,b\n\"say \"\"hi\"\"\",2\n", &[(1, &["a", "b"]), (2, &["say \"hi\"", "2"])]),
        ("a,b\n5\" pipe,2\n", &[(1, &["a", "b"]), (2, &["5\" pipe", "2"])]),
        ("a,b\n\"\",\"2\"", &[(1, &["a", "b"]), (2, &["", "2"])]),
        ("a,b\n1\n1,2,3\n,\n", &[(1, &["a", "b"]), (2, &["1"]), (3, &["1", "2", "3"]), (4, &["", ""])]),
    ];
    for (file, expected) in cases {
        let expected: Vec<_> = expected
            .iter()
            .map(|(line, cells)| (*line, cells.iter().map(|cell| (*cell).into()).collect::<Vec<String>>(), None))
            .collect();
        for chunk_size in [1, 2, 3, 7, 1_000] {
            assert_eq!(records(file.as_bytes(), chunk_size), expected, "{file:?} in chunks of {chunk_size}");
        }
    }
}

#[test]
fn a_record_that_cannot_be_parsed_is_reported_once() {
    for chunk_size in [1, 5, 100_000] {
        let found = records(b"a,b\n1,2\n3,\"never closed\n5,6\n7,8\n", chunk_size);
        let expected: Vec<(u64, usize, Option<Fault>)> =
            vec![(1, 2, None), (2, 2, None), (3, 0, Some(Fault::Unclosed))];
        let found: Vec<_> = found.into_iter().map(|(line, cells, fault)| (line, cells.len(), fault)).collect();
        assert_eq!(found, expected);
    }
    let long = format!("a,b\n1,{}\n2,{}\n3,4\n", "x".repeat(MAX_RECORD), "y".repeat(MAX_RECORD * 3 + 17));
    let many = format!("a,b\n{}\n3,4\n", ",".repeat(MAX_COLUMNS * 2));
    for (file, expected) in [
        (long, vec![(1, 2, None), (2, 0, Some(Fault::TooLong)), (3, 0, Some(Fault::TooLong)), (4, 2, None)]),
        (many, vec![(1, 2, None), (2, 0, Some(Fault::TooManyCells)), (3, 2, None)]),
    ] {
        for chunk_size in [4_096, 1_000_000] {
            let found = records(file.as_bytes(), chunk_size);
            let found: Vec<_> = found.into_iter().map(|(line, cells, fault)| (line, cells.len(), fault)).collect();
            assert_eq!(found, expected);
        }
    }
    let wide = records(format!("{}\n", vec!["c"; MAX_COLUMNS].join(",")).as_bytes(), 100);
    assert_eq!((wide.len(), wide[0].1.len(), wide[0].2), (1, MAX_COLUMNS, None));
}

#[test]
fn cells_are_read_by_position() {
    let mut reader = Reader::new();
    let mut input: &[u8] = b"a,b,c\nx,\xff,\n";
    let _ = reader.read(&mut input);
    let record = reader.read(&mut input).unwrap();
    assert_eq!((record.text(0), record.text(1), record.text(2), record.text(3)), (Some("x"), None, Some(""), Some("")));
    assert_eq!((record.len(), record.bytes(1), record.is_empty()), (3, b"\xff".as_slice(), false));
}
