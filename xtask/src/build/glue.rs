//! Reduces the output of wasm-bindgen and wasm2js to what the widget needs. Pure.
//!
//! Only numbers cross between the widget's wasm and JavaScript, so the functions of `host.js` can be imported directly.
//! wasm-bindgen's glue, with its conversions and its many ways of loading a module, is replaced by a list of those
//! functions. wasm-bindgen also gives each import a name with a hash, for programs that link several crates; the widget
//! has only one, so each import gets one letter.

use anyhow::{Context, Result, bail};

/// The replacement for wasm-bindgen's glue: the module's imports and exports, for the module as wasm or as JavaScript.
pub fn script(glue: &str) -> Result<String> {
    // Strings and objects would need conversion code.
    if let Some(found) = ["FromWasm", "ToWasm", "externref", "heap"].iter().find(|name| glue.contains(**name)) {
        bail!("only numbers may cross between wasm and JavaScript, but the glue contains `{found}`");
    }
    let words = || glue.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    let verbs: Vec<&str> = words().filter(|word| plain(word) != *word).map(plain).collect();
    let exports: Vec<&str> = glue.lines().filter_map(|line| line.strip_prefix("export function ")).collect();
    if verbs.is_empty() || exports.is_empty() {
        bail!("the glue of this version of wasm-bindgen has an unknown format");
    }
    let imports = letters(&verbs)?.map(|(letter, verb)| format!("{letter}: {verb}"));
    let mut out = format!("import {{ {} }} from '../src/host.js';\nlet wasm;\n", verbs.join(", "));
    out += &format!("export const imports = () => ({{ {FROM}: {{ {} }} }});\n", imports.collect::<Vec<_>>().join(", "));
    out += "export const use = (exports) => {\n  wasm = exports;\n};\n";
    for export in exports {
        let call = export.trim_end_matches(['{', ' ']);
        let (_, arguments) = call.split_once('(').context("an export without a parameter list")?;
        let name = call.strip_suffix(&format!("({arguments}")).unwrap_or_default();
        out += &format!("export const {name} = ({arguments} => wasm.{call};\n");
    }
    Ok(out)
}

/// The module name in the wasm imports.
const FROM: &str = "g";

/// Assigns a letter to each verb, in alphabetical order of the verbs.
fn letters<'a>(verbs: &[&'a str]) -> Result<impl Iterator<Item = (char, &'a str)> + use<'a>> {
    let mut sorted = verbs.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() != verbs.len() || sorted.len() > 26 {
        bail!("{} verbs cannot each have a letter of their own", verbs.len());
    }
    Ok(('a'..='z').zip(sorted))
}

/// Turns `__wbg_add_051d3ca781fc1d5a` into `add`; other names are unchanged.
fn plain(name: &str) -> &str {
    let without = || {
        let (plain, hash) = name.strip_prefix("__wbg_")?.rsplit_once('_')?;
        (hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(plain)
    };
    without().unwrap_or(name)
}

/// Replaces the name of each import in the module by its letter.
pub fn module(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut reader = Reader(wasm);
    let mut out = reader.take(8)?.to_vec();
    while let Ok(id) = reader.byte() {
        let content = reader.bytes()?;
        out.push(id);
        if id == IMPORTS { bytes(&mut out, &imports(content)?) } else { bytes(&mut out, content) }
    }
    Ok(out)
}

/// Id of the import section of a wasm module.
const IMPORTS: u8 = 2;

fn imports(section: &[u8]) -> Result<Vec<u8>> {
    let mut reader = Reader(section);
    let mut found = Vec::new();
    for _ in 0..reader.number()? {
        reader.bytes()?;
        let name = std::str::from_utf8(reader.bytes()?).context("a name is not UTF-8")?;
        // Kind 0 is a function, described by the index of its type.
        match reader.byte()? {
            0 => found.push((plain(name), reader.number()?)),
            kind => bail!("`{name}` is an import of kind {kind}, but the widget imports only functions"),
        }
    }
    let verbs: Vec<&str> = found.iter().map(|(verb, _)| *verb).collect();
    let letters: Vec<(char, &str)> = letters(&verbs)?.collect();
    let mut out = Vec::new();
    number(&mut out, found.len());
    for (verb, kind) in found {
        let (letter, _) = letters.iter().find(|(_, each)| *each == verb).context("a verb without a letter")?;
        bytes(&mut out, FROM.as_bytes());
        bytes(&mut out, letter.to_string().as_bytes());
        out.push(0);
        number(&mut out, kind);
    }
    Ok(out)
}

/// Turns wasm2js's output into a module whose default export takes the imports and returns the exports.
pub fn function(module: &str) -> Result<String> {
    let body = module.strip_prefix("import * as ").and_then(|rest| rest.split_once('\n'));
    let body = body.and_then(|(_, rest)| rest.rsplit_once("var retasmFunc = asmFunc("));
    let Some((body, _)) = body else { bail!("the output of this version of wasm2js has an unknown format") };
    if ["eval(", "new Function", "import "].iter().any(|word| body.contains(word)) {
        bail!("the module as JavaScript would not run under a strict content security policy");
    }
    Ok(format!("{body}export default asmFunc;\n"))
}

/// Reads the wasm binary format.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).context("the module ends too early")?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        self.take(1)?.first().copied().context("the module ends too early")
    }

    /// Reads a LEB128 number.
    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        bail!("a LEB128 number in the module is too long")
    }

    /// Reads a length and that many bytes.
    fn bytes(&mut self) -> Result<&'a [u8]> {
        let count = self.number()?;
        self.take(count)
    }
}

fn number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    number(out, bytes.len());
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_imports_lose_their_hash() {
        for (name, expected) in [
            ("__wbg_add_051d3ca781fc1d5a", "add"),
            ("__wbg_set_timer_051d3ca781fc1d5a", "set_timer"),
            ("__wbg_get_imports", "__wbg_get_imports"),
            ("__wbg_add_051d3ca781fc1d5", "__wbg_add_051d3ca781fc1d5"),
            ("add_051d3ca781fc1d5a", "add_051d3ca781fc1d5a"),
            ("", ""),
        ] {
            assert_eq!(plain(name), expected);
        }
    }

    #[test]
    fn the_script_passes_only_numbers() {
        let glue = "import { add } from '../src/host.js';\nexport function handle(a, b) {\n return wasm.handle(a, b) }\n\
            export function start() {\n}\nconst a = {\n  __wbg_add_051d3ca781fc1d5a: function(x) { add(x >>> 0) },\n\
            __wbg_set_051d3ca781fc1d5b: function() {},\n};\n";
        let lines = [
            "import { add, set } from '../src/host.js';",
            "let wasm;",
            "export const imports = () => ({ g: { a: add, b: set } });",
            "export const use = (exports) => {",
            "  wasm = exports;",
            "};",
            "export const handle = (a, b) => wasm.handle(a, b);",
            "export const start = () => wasm.start();",
        ];
        assert_eq!(script(glue).unwrap().lines().collect::<Vec<_>>(), lines);
        assert!(script("export default 1;").is_err());
        assert!(script(&format!("{glue} getStringFromWasm0(1, 2)")).is_err());
    }

    /// A module with a header, an empty custom section, and imports of functions.
    fn wasm(from: &str, names: &[&str]) -> Vec<u8> {
        let mut section = Vec::new();
        number(&mut section, names.len());
        for name in names {
            bytes(&mut section, from.as_bytes());
            bytes(&mut section, name.as_bytes());
            section.extend([0, 0x81, 0x01]);
        }
        let mut wasm = b"\0asm\x01\0\0\0\x01\0".to_vec();
        wasm.push(IMPORTS);
        bytes(&mut wasm, &section);
        wasm
    }

    #[test]
    fn the_module_and_the_script_use_the_same_letters() {
        let long = wasm("./glas_bg.js", &["__wbg_set_051d3ca781fc1d5b", "__wbg_add_051d3ca781fc1d5a"]);
        assert_eq!(module(&long).unwrap(), wasm("g", &["b", "a"]));
        assert!(module(long.split_last().unwrap().1).is_err());
        assert!(module(&wasm("./glas_bg.js", &["a"; 2])).is_err(), "a duplicate verb");
        assert!(module(b"\0asm").is_err());
    }

    #[test]
    fn the_module_as_javascript_becomes_a_function() {
        let made =
            "import * as a from './glas_bg.js';\nfunction asmFunc(imports) {}\nvar retasmFunc = asmFunc({\n});\n";
        assert_eq!(function(made).unwrap(), "function asmFunc(imports) {}\nexport default asmFunc;\n");
        assert!(function("function asmFunc() {}").is_err());
        assert!(function(&made.replace("{}", "{ eval('1') }")).is_err());
    }
}
