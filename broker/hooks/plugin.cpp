#include "hooks/plugin.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/stat.h>

#include <cstring>
#include <utility>

#include "config/tree.h"
#include "hooks/abi.h"
#include "hooks/call.h"
#include "hooks/dispatcher.h"
#include "hooks/host.h"
#include "hooks/host_api.h"
#include "hooks/library_file.h"
#include "hooks/plugin_loop.h"

namespace grapnel {

namespace {

constexpr size_t kEntrySizeLeast = GN_SIZE_THROUGH(gn_plugin, destroy);  // of ABI 1.0
constexpr size_t kHooksSizeLeast = offsetof(gn_hooks, on_started);
constexpr const char* kBuildAnew = "; the plugin is to be built anew with grapnel/plugin.h";

bool exists(const std::string& path) {
    struct stat facts {};
    return lstat(path.c_str(), &facts) == 0;
}

uint64_t inode_of(const std::string& path) {
    struct stat facts {};
    return stat(path.c_str(), &facts) == 0 ? uint64_t{facts.st_ino} : 0;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

Result<std::string> find_file(const config::Plugin& entry, const std::vector<std::string>& search) {
    if (!entry.path.empty()) return entry.path;
    for (const std::string& folder : search) {
        for (const std::string& path : {folder + "/" + entry.name + ".so",
                                        folder + "/" + entry.name + "/" + entry.name + ".so"})
            if (exists(path)) return path;
    }
    return Error{"no " + entry.name + ".so in the search path (" + joined(search) +
                 "); install the plugin, or name its folder in [plugins] search"};
}

// The bytes that the library reserves for the symbol; SIZE_MAX: it does not say.
size_t symbol_bytes(const void* address) {
    Dl_info info{};
    void* symbol = nullptr;
    if (dladdr1(address, &info, &symbol, RTLD_DL_SYMENT) == 0 || symbol == nullptr) return SIZE_MAX;
    const size_t bytes = static_cast<const ElfW(Sym)*>(symbol)->st_size;
    return bytes == 0 ? SIZE_MAX : bytes;
}

// Whether a table is too short, or ends in the middle of an entry.
std::string check_hooks(const gn_hooks* hooks) {
    if (hooks == nullptr) return {};
    const std::string size = std::to_string(hooks->size) + " bytes" + kBuildAnew;
    if (hooks->size < kHooksSizeLeast) return "the hooks table is too short: " + size;
    if ((hooks->size - kHooksSizeLeast) % sizeof(void (*)()) != 0)
        return "the hooks table ends inside an entry: " + size;
    return {};
}

// What an entry begins with in every major.
struct EntryHead {
    uint32_t magic;
    uint32_t size;
    uint32_t abi_major;
    uint32_t abi_minor;
};

std::string check_version(const EntryHead& head) {
    const auto version = [](uint32_t major, uint32_t minor) {
        return std::to_string(major) + "." + std::to_string(minor);
    };
    const bool same_major = head.abi_major == GN_ABI_MAJOR;
    if (same_major && head.abi_minor <= GN_ABI_MINOR) return {};
    const std::string advice =
        same_major ? "; it needs a newer broker"
                   : "; install a build of the plugin for ABI " + std::to_string(GN_ABI_MAJOR);
    return "needs ABI " + version(head.abi_major, head.abi_minor) + ", this broker offers " +
           version(GN_ABI_MAJOR, GN_ABI_MINOR) + advice;
}

std::string too_short(size_t size) {
    return "gn_plugin_entry is too short: " + std::to_string(size) + " bytes, at least " +
           std::to_string(kEntrySizeLeast) + " are needed" + kBuildAnew;
}

// Requires as many bytes.
EntryHead head_of(const void* address) {
    EntryHead head;
    std::memcpy(&head, address, sizeof head);
    return head;
}

std::string check_head(const EntryHead& head) {
    if (head.magic != GN_MAGIC)
        return std::string("gn_plugin_entry has a wrong magic number") + kBuildAnew;
    if (std::string fault = check_version(head); !fault.empty()) return fault;
    return head.size < kEntrySizeLeast ? too_short(head.size) : "";
}

// Whether what the symbol stands for may be looked at as a gn_plugin. It may be anything.
std::string check_symbol(const void* address) {
    const size_t bytes = symbol_bytes(address);
    if (bytes < sizeof(EntryHead)) return too_short(bytes);
    const EntryHead head = head_of(address);
    if (std::string fault = check_head(head); !fault.empty()) return fault;
    if (head.size > bytes)
        return "gn_plugin_entry says " + std::to_string(head.size) + " bytes and has " +
               std::to_string(bytes) + kBuildAnew;
    if (reinterpret_cast<uintptr_t>(address) % alignof(gn_plugin) != 0)
        return std::string("gn_plugin_entry is not aligned") + kBuildAnew;
    return {};
}

std::string check_entry(const gn_plugin& entry) {
    if (entry.name == nullptr || entry.version == nullptr)
        return std::string("gn_plugin_entry has no name or version") + kBuildAnew;
    return check_hooks(entry.hooks);
}

// A table of ours with what the plugin's holds, whatever release of the header it was built with.
gn_hooks cut_hooks(const gn_hooks* table) {
    gn_hooks hooks{};
    if (table != nullptr) copy_in(table, kHooksSizeLeast, hooks);
    hooks.size = sizeof hooks;
    return hooks;
}

}  // namespace

Result<PluginFile> PluginFile::open(const config::Plugin& entry,
                                    const std::vector<std::string>& search) {
    if (entry.built_in != nullptr) return given(*entry.built_in);
    auto path = find_file(entry, search);
    if (!path) return path.error();
    PluginFile file;
    file.path = path.value();
    if (const std::string fault = library_fault(file.path); !fault.empty())
        return Error{file.path + ": " + fault};
    file.inode = inode_of(file.path);
    // Without a slash the loader would look elsewhere.
    const std::string target =
        file.path.find('/') == std::string::npos ? "./" + file.path : file.path;
    void* library = dlopen(target.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == nullptr) return Error{file.path + ": " + loader_fault(target, dlerror())};
    const void* symbol = dlsym(library, "gn_plugin_entry");
    if (symbol == nullptr)
        return Error{file.path + ": is no plugin: it lacks the symbol gn_plugin_entry" +
                     kBuildAnew};
    if (const std::string fault = check_symbol(symbol); !fault.empty())
        return Error{file.path + ": " + fault};
    file.entry = static_cast<const gn_plugin*>(symbol);
    if (const std::string fault = check_entry(*file.entry); !fault.empty())
        return Error{file.path + ": " + fault};
    return file;
}

Result<PluginFile> PluginFile::given(const gn_plugin& entry) {
    std::string fault = check_head(head_of(&entry));
    if (fault.empty()) fault = check_entry(entry);
    if (!fault.empty()) return Error{fault};
    return PluginFile{"built in", &entry};
}

Plugin::Plugin(PluginFile file, const config::Plugin& settings, size_t index,
               const std::string& data_dir)
    : file_(std::move(file)),
      log_target_(grapnel::log_target()),
      id_(settings.id),
      log_module_("plugin/" + settings.id),
      index_(index),
      concurrent_((file_.entry->flags & GN_PLUGIN_CONCURRENT) != 0),
      name_(settings.name),
      path_(settings.path),
      data_dir_(data_dir),
      stats_(std::make_unique<PluginStats>()) {
    static_cast<gn_host&>(host_) = HostApi::host;
    host_.data_dir = data_dir_.c_str();
    host_.plugin = this;
    adopt(settings);
}

Plugin::~Plugin() = default;

void Plugin::make_loops(const std::vector<std::unique_ptr<Dispatcher>>& dispatchers, Port& port) {
    for (const auto& dispatcher : dispatchers) {
        auto& loop = loops_.emplace_back(
            std::make_unique<PluginLoop>(*this, *dispatcher, port, dispatcher->loop()));
        loop->commits = hooks_.on_commit != nullptr;
    }
    measure(measured_);
}

bool Plugin::serves(const config::Plugin& entry) const {
    return id_ == entry.id && name_ == entry.name && path_ == entry.path;
}

bool Plugin::is_store() const {
    return hooks_.on_commit != nullptr || hooks_.stored_clients != nullptr ||
           hooks_.stored_subscriptions != nullptr || hooks_.stored_inflight_messages != nullptr ||
           hooks_.stored_retained_messages != nullptr || hooks_.stored_sys_info != nullptr;
}

void Plugin::warn_of_new_file() const {
    if (inode_of(file_.path) == file_.inode) return;
    log_warn(log_module_, "a new library lies in its place: it needs a restart, or another name",
             {{"file", file_.path}});
}

void Plugin::adopt(const config::Plugin& entry) {
    defer_timeout_ms_ = entry.defer_timeout_ms;
    call_budget_ns_ = entry.call_budget_us * 1000;
    on_timeout_ = entry.on_timeout;
    required_ = entry.required;
    source_ = source_of(entry);
    measure(measured_);
}

void Plugin::measure(bool on) {
    measured_ = on;
    for (const auto& loop : loops_) loop->time_all(measured());
}

template <class Fn>
std::string Plugin::guarded(const char* what, Fn fn) {
    std::unique_lock<std::mutex> lock;
    if (!concurrent_) lock = std::unique_lock(lock_);
    failure_.clear();
    const Running running(*this, what);
    std::string fault;
    try {
        const gn_status status = fn();
        if (status != GN_OK) {
            fault = failure_.empty() ? std::string(what) + " answered " + std::to_string(status)
                                     : failure_;
        }
    } catch (const std::exception& thrown) {
        stats_->failures.fetch_add(1, std::memory_order_relaxed);
        fault = std::string(what) + " threw: " + thrown.what();
    } catch (...) {
        stats_->failures.fetch_add(1, std::memory_order_relaxed);
        fault = std::string(what) + " threw something that is no exception";
    }
    HostApi::forget_config_texts();
    return fault;
}

void Plugin::warn_unused(const config::Node* node) const {
    if (node == nullptr) return;
    for (const config::Node* unused : config::unused_nodes(*node))
        log_warn(log_module_, "the plugin did not ask for this key",
                 {{"key", unused->key()}, {"where", unused->where().text()}});
}

std::string Plugin::create(HookHost& hooks, const config::Node* node) {
    host_.hooks = &hooks;
    const gn_hooks* table = file_.entry->hooks;
    std::string fault;
    if (file_.entry->create != nullptr) {
        fault = guarded("create", [&] {
            return file_.entry->create(&host_, reinterpret_cast<const gn_node*>(node), &self_,
                                       &table);
        });
    }
    if (fault.empty()) fault = check_hooks(table);
    if (!fault.empty()) {
        hooks.metrics().hide(id_);
        return fault;
    }
    hooks_ = cut_hooks(table);
    created_ = true;
    settings_ = node == nullptr ? "" : config::text_of(*node);
    warn_unused(node);
    return {};
}

std::string Plugin::reload(const config::Node* node) {
    const std::string settings = node == nullptr ? "" : config::text_of(*node);
    if (file_.entry->reload == nullptr) {
        if (settings != settings_)
            log_warn(log_module_, "cannot change its settings while it runs: restart the broker");
        return {};
    }
    std::string fault = guarded("reload", [&] {
        return file_.entry->reload(self_, reinterpret_cast<const gn_node*>(node));
    });
    if (fault.empty()) warn_unused(node);
    return fault;
}

void Plugin::destroy() {
    if (!std::exchange(created_, false)) return;
    const std::string fault = guarded("destroy", [this] {
        if (file_.entry->destroy != nullptr) file_.entry->destroy(self_);
        return gn_status{GN_OK};
    });
    if (!fault.empty()) log_error(log_module_, "plugin failed", {{"what", fault}});
    host_.hooks->hide_metrics(*this);
}

std::shared_ptr<const Interest> Plugin::interest() const {
    const std::lock_guard lock(interest_lock_);
    return interest_;
}

void Plugin::set_interest(std::shared_ptr<const Interest> interest) {
    const std::lock_guard lock(interest_lock_);
    interest_ = std::move(interest);
}

std::string source_of(const config::Plugin& entry) {
    if (entry.built_in != nullptr || !entry.where.file) return "embedded";
    return *entry.where.file + ":" + std::to_string(entry.where.line);
}

std::string find_library(const config::Plugin& entry, const std::vector<std::string>& search) {
    auto path = find_file(entry, search);
    return path && exists(path.value()) ? path.value() : "";
}

std::vector<PluginDescription> describe_plugins(const config::Config& config) {
    std::vector<PluginDescription> descriptions;
    for (const config::Plugin& entry : config.plugin_entries) {
        PluginDescription& about = descriptions.emplace_back();
        about.id = entry.id;
        about.source = source_of(entry);
        about.settings = &entry;
        about.file = find_library(entry, config.plugins.search);
        auto file = PluginFile::open(entry, config.plugins.search);
        if (!file) {
            about.error = file.error().text;
            continue;
        }
        const gn_plugin& plugin = *file.value().entry;
        about.name = plugin.name;
        about.version = plugin.version;
        about.abi_major = plugin.abi_major;
        about.abi_minor = plugin.abi_minor;
        about.concurrent = (plugin.flags & GN_PLUGIN_CONCURRENT) != 0;
        const gn_hooks hooks = cut_hooks(plugin.hooks);
        for (size_t event = 0; event < kEventCount; ++event)
            if (hook_of(hooks, event) != nullptr) about.events.push_back(kEvents[event].name);
    }
    return descriptions;
}

}  // namespace grapnel
