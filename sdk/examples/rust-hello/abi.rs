// What rust_hello.rs needs of <grapnel/plugin.h>, written by hand. plugin.h is the contract; this
// is its shape in Rust.
//
//   Names             gn_publish_view is PublishView here, and so on; fields keep their names and
//                     their order. `self_` and `loop_` are self and loop, which are words of Rust.
//   Size              Every struct and table may end early: `size` tells the other side where. So a
//                     struct here ends behind the last field that the example uses.
//   Unused            A function in between that the example does not call, or an event that it
//                     leaves out.
//   Objects           Opaque: a type that cannot be made, behind a pointer.
//
// A function of a table of the host may be called without a check for NULL where it is as old as
// the abi_minor that the entry asks for, as all of these are.

#![allow(dead_code)]

use std::os::raw::{c_char, c_void};

pub const GN_MAGIC: u32 = 0x314e5247;
pub const GN_OK: i32 = 0;
pub const GN_E_INVALID: i32 = -1;
pub const GN_V_CONTINUE: i32 = 0;
pub const GN_V_REJECT: i32 = 3;
pub const GN_LOG_DEBUG: i32 = 0;
pub const GN_LOG_INFO: i32 = 1;
pub const GN_PLUGIN_CONCURRENT: u32 = 1;

pub type Unused = Option<unsafe extern "C" fn()>;

pub enum Client {}
pub enum Packet {}
pub enum Loop {}
pub enum Node {}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Str {
    pub ptr: *const c_char,
    pub len: usize,
}

#[repr(C)]
pub struct Call {
    pub size: u32,
    pub event: u32,
    pub host: *const Host,
    pub loop_: *mut Loop,
    pub self_: *mut c_void,
}

#[repr(C)]
pub struct PublishView {
    pub size: u32,
    pub packet_id: u16,
    pub qos: u8,
    pub flags: u8,
    pub topic: Str,
    pub payload: Str,
    pub origin: Str,
}

#[repr(C)]
pub struct CoreApi {
    pub size: u32,
    pub reserved: u32,
    pub log: unsafe extern "C" fn(*const Host, i32, Str),
    pub log_level: unsafe extern "C" fn(*const Host) -> i32,
    pub wall_ms: Unused,
    pub fail: unsafe extern "C" fn(*const Host, Str),
    pub extension: Unused,
    pub defer: Unused,
    pub complete: Unused,
    pub deferred_packet: Unused,
    pub reason: unsafe extern "C" fn(*mut Call, u8, Str),
}

#[repr(C)]
pub struct PacketApi {
    pub size: u32,
    pub reserved: u32,
    pub view: Unused,
    pub publish: unsafe extern "C" fn(*const Packet, *mut PublishView) -> i32,
}

#[repr(C)]
pub struct ConfigApi {
    pub size: u32,
    pub reserved: u32,
    pub get: unsafe extern "C" fn(*const Node, Str) -> *const Node,
    pub at: Unused,
    pub key: Unused,
    pub count: Unused,
    pub kind: Unused,
    pub str: unsafe extern "C" fn(*const Node, *mut Str) -> i32,
}

#[repr(C)]
pub struct Host {
    pub size: u32,
    pub abi_minor: u32,
    pub broker_version: *const c_char,
    pub core: *const CoreApi,
    pub client: *const c_void,
    pub packet: *const PacketApi,
    pub loop_: *const c_void,
    pub config: *const ConfigApi,
}

#[repr(C)]
pub struct Hooks {
    pub size: u32,
    pub reserved: u32,
    pub on_started: Unused,
    pub on_stopped: Unused,
    pub on_sys_info_tick: Unused,
    pub on_connect: Unused,
    pub on_connect_authenticate: Unused,
    pub on_acl_check: Unused,
    pub on_session_establish: Unused,
    pub on_session_established: Unused,
    pub on_disconnect: Unused,
    pub on_auth_packet: Unused,
    pub on_packet_read: Unused,
    pub on_packet_encode: Unused,
    pub on_packet_sent: Unused,
    pub on_packet_processed: Unused,
    pub on_subscribe: Unused,
    pub on_subscribed: Unused,
    pub on_select_subscribers: Unused,
    pub on_unsubscribe: Unused,
    pub on_unsubscribed: Unused,
    pub on_publish: Option<unsafe extern "C" fn(*mut Call, *mut Client, *mut Packet) -> i32>,
}

#[repr(C)]
pub struct Plugin {
    pub magic: u32,
    pub size: u32,
    pub abi_major: u32,
    pub abi_minor: u32,
    pub flags: u32,
    pub reserved: u32,
    pub name: *const c_char,
    pub version: *const c_char,
    pub hooks: *const Hooks,
    pub create: Option<
        unsafe extern "C" fn(*const Host, *const Node, *mut *mut c_void, *mut *const Hooks) -> i32,
    >,
    pub reload: Unused,
    pub loop_start: Unused,
    pub loop_stop: Unused,
    pub destroy: Option<unsafe extern "C" fn(*mut c_void)>,
}

// Constant, and what its pointers lead to as well.
unsafe impl Sync for Plugin {}
