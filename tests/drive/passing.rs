//! The file system itself: one flat folder, every operation passed on to the folder behind it.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use fuser::{
    BsdFileFlags, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation, INodeNo, InitFlags,
    KernelConfig, LockOwner, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory, ReplyEmpty,
    ReplyEntry, ReplyOpen, ReplyWrite, Request, TimeOrNow, WriteFlags,
};

use super::{Fault, Weather};

pub struct Passing {
    behind: PathBuf,
    weather: Arc<Weather>,
    like_nfs: bool,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Files by number, from 2 on; a file that is gone keeps its number, as a file of that name gets a new one.
    names: Vec<String>,
    open: HashMap<u64, Arc<File>>,
    handle: u64,
    /// Size and time of each file when it was opened last.
    seen: HashMap<String, (u64, i64, i64)>,
}

impl Passing {
    /// With `like_nfs` the kernel keeps what it read and wrote for a while, as it does for NFS; else it asks each time.
    pub fn new(behind: PathBuf, weather: Arc<Weather>, like_nfs: bool) -> Passing {
        Passing { behind, weather, like_nfs, known: Mutex::default() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keeps(&self) -> Duration {
        if self.like_nfs { Duration::from_secs(3) } else { Duration::ZERO }
    }

    fn name(&self, number: INodeNo) -> String {
        let known = self.known();
        usize::try_from(number.0).ok().and_then(|n| known.names.get(n.checked_sub(2)?).cloned()).unwrap_or_default()
    }

    fn number(&self, name: &str) -> u64 {
        let mut known = self.known();
        let place = known.names.iter().position(|known| known == name).unwrap_or_else(|| {
            known.names.push(name.to_owned());
            known.names.len() - 1
        });
        place as u64 + 2
    }

    fn forget_name(&self, name: &str) {
        self.known().names.iter_mut().filter(|known| *known == name).for_each(String::clear);
    }

    /// What the operation meets, as an error; torn ones are the writers' matter.
    fn meets(&self, what: &str, name: &str) -> Result<(), Errno> {
        match self.weather.meets(what, name) {
            Some(Fault::Fails(error)) => Err(error),
            Some(Fault::Torn) => Err(Errno::EIO),
            Some(Fault::Hangs) | None => Ok(()),
        }
    }

    fn keep_open(&self, file: File) -> FileHandle {
        let mut known = self.known();
        known.handle += 1;
        let handle = known.handle;
        known.open.insert(handle, Arc::new(file));
        FileHandle(handle)
    }

    fn at(&self, handle: FileHandle) -> Result<Arc<File>, Errno> {
        self.known().open.get(&handle.0).cloned().ok_or(Errno::EBADF)
    }

    fn attributes(&self, name: &str) -> Result<FileAttr, Errno> {
        let meta = std::fs::metadata(self.behind.join(name))?;
        let number = if name.is_empty() { 1 } else { self.number(name) };
        Ok(attributes(number, &meta))
    }
}

fn attributes(number: u64, meta: &std::fs::Metadata) -> FileAttr {
    let time = |time: io::Result<SystemTime>| time.unwrap_or(SystemTime::UNIX_EPOCH);
    FileAttr {
        ino: INodeNo(number),
        size: meta.len(),
        blocks: meta.blocks(),
        atime: time(meta.accessed()),
        mtime: time(meta.modified()),
        ctime: time(meta.modified()),
        crtime: SystemTime::UNIX_EPOCH,
        kind: if meta.is_dir() { FileType::Directory } else { FileType::RegularFile },
        perm: (meta.permissions().mode() & 0o7777) as u16,
        nlink: meta.nlink() as u32,
        uid: meta.uid(),
        gid: meta.gid(),
        rdev: 0,
        blksize: 4096,
        flags: 0,
    }
}

fn written(file: &File, offset: u64, bytes: &[u8]) -> Result<u32, Errno> {
    file.write_all_at(bytes, offset)?;
    Ok(bytes.len() as u32)
}

/// Answers with what came out, or with its error.
macro_rules! answer {
    ($reply:ident, $outcome:expr, $good:pat => $done:expr) => {
        let outcome: Result<_, Errno> = $outcome;
        match outcome {
            Ok($good) => $done,
            Err(error) => $reply.error(error),
        }
    };
}

impl Filesystem for Passing {
    fn init(&mut self, _: &Request, config: &mut KernelConfig) -> io::Result<()> {
        if self.like_nfs {
            // A kernel that can't is slower.
            let _ = config.add_capabilities(InitFlags::FUSE_WRITEBACK_CACHE);
        }
        Ok(())
    }

    fn lookup(&self, _: &Request, _: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let name = name.to_string_lossy();
        let found = || {
            self.meets("look", &name)?;
            self.attributes(&name)
        };
        answer!(reply, found(), attr => reply.entry(&self.keeps(), &attr, Generation(0)));
    }

    fn getattr(&self, _: &Request, number: INodeNo, handle: Option<FileHandle>, reply: ReplyAttr) {
        let name = self.name(number);
        let found = || {
            self.meets("stat", &name)?;
            match handle {
                Some(handle) => Ok(attributes(number.0, &self.at(handle)?.metadata()?)),
                None if name.is_empty() && number != INodeNo::ROOT => Err(Errno::ESTALE),
                None => self.attributes(&name),
            }
        };
        answer!(reply, found(), attr => reply.attr(&self.keeps(), &attr));
    }

    fn setattr(
        &self,
        _: &Request,
        number: INodeNo,
        mode: Option<u32>,
        _: Option<u32>,
        _: Option<u32>,
        size: Option<u64>,
        _: Option<TimeOrNow>,
        _: Option<TimeOrNow>,
        _: Option<SystemTime>,
        _: Option<FileHandle>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let name = self.name(number);
        let set = || {
            self.meets("set", &name)?;
            let path = self.behind.join(&name);
            if let Some(size) = size {
                OpenOptions::new().write(true).open(&path)?.set_len(size)?;
            }
            if let Some(mode) = mode {
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode))?;
            }
            self.attributes(&name)
        };
        answer!(reply, set(), attr => reply.attr(&self.keeps(), &attr));
    }

    fn open(&self, _: &Request, number: INodeNo, flags: OpenFlags, reply: ReplyOpen) {
        let name = self.name(number);
        let open = || {
            self.meets("open", &name)?;
            // What the kernel keeps back until later it writes through any descriptor, and completes blocks by reading.
            let write = self.like_nfs || flags.0 & 3 != 0;
            let file = OpenOptions::new().read(true).write(write).open(self.behind.join(&name))?;
            let meta = file.metadata()?;
            let now = (meta.len(), meta.mtime(), meta.mtime_nsec());
            // From close to open: what the kernel has of a file that is as it was, it keeps.
            let same = self.known().seen.insert(name.clone(), now) == Some(now);
            let keep = if self.like_nfs && same { FopenFlags::FOPEN_KEEP_CACHE } else { FopenFlags::empty() };
            Ok((self.keep_open(file), keep))
        };
        answer!(reply, open(), (handle, keep) => reply.opened(handle, keep));
    }

    fn create(&self, _: &Request, _: INodeNo, name: &OsStr, mode: u32, _: u32, _: i32, reply: ReplyCreate) {
        let name = name.to_string_lossy();
        let create = || {
            self.meets("create", &name)?;
            let mut options = OpenOptions::new();
            let file = options
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .mode(mode)
                .open(self.behind.join(&*name))?;
            Ok((self.attributes(&name)?, self.keep_open(file)))
        };
        answer!(reply, create(), made => {
            reply.created(&self.keeps(), &made.0, Generation(0), made.1, FopenFlags::empty());
        });
    }

    fn read(
        &self,
        _: &Request,
        number: INodeNo,
        handle: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let name = self.name(number);
        let size = size as usize;
        let read = || {
            self.meets("read", &name)?;
            if let Some(old) = self.weather.recalls(&name, offset, size) {
                return Ok(old);
            }
            let file = self.at(handle)?;
            let mut bytes = vec![0; size];
            let mut got = 0;
            while got < size {
                match file.read_at(&mut bytes[got..], offset + got as u64)? {
                    0 => break,
                    more => got += more,
                }
            }
            bytes.truncate(got);
            Ok(bytes)
        };
        answer!(reply, read(), bytes => reply.data(&bytes));
    }

    fn write(
        &self,
        _: &Request,
        number: INodeNo,
        handle: FileHandle,
        offset: u64,
        bytes: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        let name = self.name(number);
        let write = || {
            let file = self.at(handle)?;
            match self.weather.meets("write", &name) {
                Some(Fault::Fails(error)) => Err(error),
                Some(Fault::Torn) => {
                    written(&file, offset, &bytes[..bytes.len() / 2])?;
                    Err(Errno::EIO)
                }
                Some(Fault::Hangs) | None => written(&file, offset, bytes),
            }
        };
        answer!(reply, write(), size => reply.written(size));
    }

    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        reply.ok();
    }

    fn release(
        &self,
        _: &Request,
        _: INodeNo,
        handle: FileHandle,
        _: OpenFlags,
        _: Option<LockOwner>,
        _: bool,
        reply: ReplyEmpty,
    ) {
        self.known().open.remove(&handle.0);
        reply.ok();
    }

    fn fsync(&self, _: &Request, number: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        // Nothing here outlives the machine, so the disk behind need not be waited for.
        answer!(reply, self.meets("sync", &self.name(number)), _done => reply.ok());
    }

    fn fsyncdir(&self, _: &Request, _: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        answer!(reply, self.meets("sync", ""), _done => reply.ok());
    }

    fn unlink(&self, _: &Request, _: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        let name = name.to_string_lossy();
        let unlink = || {
            self.meets("unlink", &name)?;
            std::fs::remove_file(self.behind.join(&*name))?;
            self.forget_name(&name);
            Ok(())
        };
        answer!(reply, unlink(), _done => reply.ok());
    }

    fn rename(&self, _: &Request, _: INodeNo, name: &OsStr, _: INodeNo, to: &OsStr, _: RenameFlags, reply: ReplyEmpty) {
        let (name, to) = (name.to_string_lossy(), to.to_string_lossy());
        let rename = || {
            self.meets("rename", &name)?;
            std::fs::rename(self.behind.join(&*name), self.behind.join(&*to))?;
            self.forget_name(&to);
            self.known().names.iter_mut().filter(|known| **known == name).for_each(|known| *known = to.to_string());
            Ok(())
        };
        answer!(reply, rename(), _done => reply.ok());
    }

    fn readdir(&self, _: &Request, _: INodeNo, _: FileHandle, offset: u64, mut reply: ReplyDirectory) {
        let list = || {
            self.meets("list", "")?;
            let mut names: Vec<String> = std::fs::read_dir(&self.behind)?
                .flatten()
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .collect();
            names.sort();
            Ok(names)
        };
        answer!(reply, list(), names => {
            for (place, name) in names.iter().enumerate().skip(offset as usize) {
                if reply.add(INodeNo(self.number(name)), place as u64 + 1, FileType::RegularFile, name) {
                    break;
                }
            }
            reply.ok();
        });
    }
}
