//! The module in an interpreter, asked as JavaScript asks it.

use std::{fs, path::Path};

use wasmi::{AsContext, Caller, Engine, Instance, Linker, Memory, Store, WasmParams, WasmResults};

/// What the module told on its way.
type Told = Vec<String>;

/// One instance with one session.
pub(crate) struct Module {
    store: Store<Told>,
    instance: Instance,
    memory: Memory,
}

impl Module {
    /// Reads and starts the module.
    ///
    /// # Errors
    /// When it is not there, or is none of ours.
    pub(crate) fn load(path: &Path) -> Result<Self, String> {
        let bytes = fs::read(path).map_err(|error| {
            format!("{}: {error}; `cargo xtask wasm` builds the module", path.display())
        })?;
        let engine = Engine::default();
        let module = wasmi::Module::new(&engine, &bytes).map_err(|error| error.to_string())?;
        let mut store = Store::new(&engine, Told::new());
        let mut linker = Linker::new(&engine);
        linker.func_wrap("countersign", "progress", tell).map_err(|error| error.to_string())?;
        let instance = linker.instantiate_and_start(&mut store, &module);
        let instance = instance.map_err(|error| error.to_string())?;
        let memory = instance.get_memory(&store, "memory").ok_or("the module has no memory")?;
        Ok(Self { store, instance, memory })
    }

    /// A call that takes buffers and answers with a text.
    pub(crate) fn ask<const N: usize>(
        &mut self,
        name: &str,
        inputs: [&[u8]; N],
    ) -> Result<String, String> {
        let mut pointers = [0; N];
        for (pointer, bytes) in pointers.iter_mut().zip(inputs) {
            *pointer = self.write(bytes)?;
        }
        let answer: u64 = match pointers.as_slice() {
            [] => self.call(name, ()),
            [one] => self.call(name, *one),
            [one, two] => self.call(name, (*one, *two)),
            _ => Err("no function takes so many buffers".to_owned()),
        }?;
        let text = self.read(answer)?;
        self.call::<u32, ()>("free", pointer(answer))?;
        Ok(text)
    }

    /// What was told since the last time.
    pub(crate) fn told(&mut self) -> Told {
        std::mem::take(self.store.data_mut())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<u32, String> {
        let length = u32::try_from(bytes.len()).map_err(|error| error.to_string())?;
        let at = pointer(self.call("alloc", length)?);
        self.memory.write(&mut self.store, at as usize, bytes).map_err(|e| e.to_string())?;
        Ok(at)
    }

    fn read(&self, answer: u64) -> Result<String, String> {
        text(&self.memory, &self.store, pointer(answer), (answer & 0xffff_ffff) as usize)
    }

    fn call<P: WasmParams, R: WasmResults>(&mut self, name: &str, with: P) -> Result<R, String> {
        let function = self.instance.get_typed_func::<P, R>(&self.store, name);
        let function = function.map_err(|error| format!("{name}: {error}"))?;
        function.call(&mut self.store, with).map_err(|error| format!("{name}: {error}"))
    }
}

/// The upper half of an answer.
fn pointer(answer: u64) -> u32 {
    u32::try_from(answer >> 32).unwrap_or(u32::MAX)
}

fn text(memory: &Memory, store: &impl AsContext, at: u32, length: usize) -> Result<String, String> {
    let mut bytes = vec![0; length];
    memory.read(store, at as usize, &mut bytes).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

/// The one function that the module asks of its host.
fn tell(mut caller: Caller<'_, Told>, at: u32, length: u32, done: u32, total: u32) {
    let memory = caller.get_export("memory").and_then(|export| export.into_memory());
    let what = memory.map(|memory| text(&memory, &caller, at, length as usize));
    let what = what.unwrap_or_else(|| Err("no memory".to_owned()));
    let what = what.unwrap_or_else(|error| error);
    caller.data_mut().push(format!("{what} {done}/{total}"));
}
