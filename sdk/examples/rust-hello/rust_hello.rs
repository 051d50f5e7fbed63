// A plugin in Rust, without crates: what is published below a prefix must be UTF-8, or the
// publisher is told 0x99 (payload format invalid) and nobody gets it.
//
//     [[plugin]]
//     path = "/usr/lib/grapnel/plugins/rust-hello.so"
//     [plugin.config]
//     prefix = "text/"
//
// The border is C: abi.rs has the declarations of plugin.h, every pointer of the broker is turned
// into a slice or a reference at once, and no panic crosses it.
//
// Build: rustc --edition 2021 -O --crate-type cdylib rust_hello.rs -o rust-hello.so
// The library exports gn_plugin_entry and nothing else: rustc hides all that is not no_mangle.

mod abi;

use abi::*;
use std::mem::size_of;
use std::os::raw::{c_char, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::null;

const PAYLOAD_FORMAT_INVALID: u8 = 0x99;

/// One [[plugin]] entry. Never changes, so that all loops may use it at once.
struct Hello {
    prefix: Vec<u8>,
}

impl Hello {
    fn accepts(&self, topic: &[u8], payload: &[u8]) -> bool {
        !topic.starts_with(&self.prefix) || std::str::from_utf8(payload).is_ok()
    }
}

/// A view of the bytes, as long as the hook runs; absent is empty.
unsafe fn bytes<'a>(text: Str) -> &'a [u8] {
    if text.ptr.is_null() {
        return &[];
    }
    std::slice::from_raw_parts(text.ptr as *const u8, text.len)
}

/// The host copies it before its function returns.
fn borrow(text: &str) -> Str {
    Str { ptr: text.as_ptr() as *const c_char, len: text.len() }
}

/// What `body` answers, or `closed` if it panics.
fn guarded<R>(closed: R, body: impl FnOnce() -> R) -> R {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(closed)
}

/// The text is made only where it is written.
unsafe fn log(host: &Host, level: i32, text: impl FnOnce() -> String) {
    if ((*host.core).log_level)(host) <= level {
        ((*host.core).log)(host, level, borrow(&text()));
    }
}

unsafe extern "C" fn create(
    host: *const Host,
    config: *const Node,
    plugin: *mut *mut c_void,
    _hooks: *mut *const Hooks,
) -> i32 {
    guarded(GN_E_INVALID, || {
        let host = &*host;
        let settings = &*host.config;
        let mut prefix = Str { ptr: null(), len: 0 };
        let node = (settings.get)(config, borrow("prefix"));
        if (settings.str)(node, &mut prefix) != GN_OK {
            ((*host.core).fail)(host, borrow("prefix must be a string"));
            return GN_E_INVALID;
        }
        let hello = Hello { prefix: bytes(prefix).to_vec() };
        log(host, GN_LOG_INFO, || "hello from Rust".to_string());
        *plugin = Box::into_raw(Box::new(hello)) as *mut c_void;
        GN_OK
    })
}

unsafe extern "C" fn destroy(plugin: *mut c_void) {
    guarded((), || drop(Box::from_raw(plugin as *mut Hello)))
}

unsafe extern "C" fn on_publish(call: *mut Call, _client: *mut Client, packet: *mut Packet) -> i32 {
    guarded(GN_V_REJECT, || {
        let host = &*(*call).host;
        let hello = &*((*call).self_ as *const Hello);
        let mut view: PublishView = std::mem::zeroed();
        view.size = size_of::<PublishView>() as u32;
        if ((*host.packet).publish)(packet, &mut view) != GN_OK {
            return GN_V_REJECT;
        }
        let topic = bytes(view.topic);
        if hello.accepts(topic, bytes(view.payload)) {
            return GN_V_CONTINUE;
        }
        log(host, GN_LOG_DEBUG, || {
            let topic = String::from_utf8_lossy(topic);
            let from = String::from_utf8_lossy(bytes(view.origin));
            format!("not UTF-8: a payload on {topic:?} from {from:?}")
        });
        ((*host.core).reason)(call, PAYLOAD_FORMAT_INVALID, borrow("the payload is not UTF-8"));
        GN_V_REJECT
    })
}

static HOOKS: Hooks = Hooks {
    size: size_of::<Hooks>() as u32,
    reserved: 0,
    on_started: None,
    on_stopped: None,
    on_sys_info_tick: None,
    on_connect: None,
    on_connect_authenticate: None,
    on_acl_check: None,
    on_session_establish: None,
    on_session_established: None,
    on_disconnect: None,
    on_auth_packet: None,
    on_packet_read: None,
    on_packet_encode: None,
    on_packet_sent: None,
    on_packet_processed: None,
    on_subscribe: None,
    on_subscribed: None,
    on_select_subscribers: None,
    on_unsubscribe: None,
    on_unsubscribed: None,
    on_publish: Some(on_publish),
};

#[no_mangle]
#[allow(non_upper_case_globals)]
pub static gn_plugin_entry: Plugin = Plugin {
    magic: GN_MAGIC,
    size: size_of::<Plugin>() as u32,
    abi_major: 1,
    abi_minor: 0,
    flags: GN_PLUGIN_CONCURRENT,
    reserved: 0,
    name: b"rust-hello\0".as_ptr() as *const c_char,
    version: b"1.0\0".as_ptr() as *const c_char,
    hooks: &HOOKS,
    create: Some(create),
    reload: None,
    loop_start: None,
    loop_stop: None,
    destroy: Some(destroy),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utf8() {
        let hello = Hello { prefix: b"text/".to_vec() };
        assert!(hello.accepts(b"text/a", "grüße".as_bytes()));
        assert!(!hello.accepts(b"text/a", b"gr\xfc\xdfe"));
        assert!(hello.accepts(b"other", b"gr\xfc\xdfe"));
    }

    #[test]
    fn a_panic_is_the_closed_answer() {
        assert_eq!(guarded(GN_V_REJECT, || panic!("not across the border")), GN_V_REJECT);
        assert_eq!(guarded(GN_V_REJECT, || GN_V_CONTINUE), GN_V_CONTINUE);
    }

    #[test]
    fn absent_is_empty() {
        assert_eq!(unsafe { bytes(Str { ptr: null(), len: 7 }) }, b"");
    }
}
