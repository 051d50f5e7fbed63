#include "hooks/plugin.h"

#include <dlfcn.h>
#include <sys/stat.h>

#include <utility>

#include "config/tree.h"
#include "hooks/abi.h"
#include "hooks/host_api.h"

namespace grapnel {

namespace {

constexpr size_t kEntrySizeLeast = GN_SIZE_THROUGH(gn_plugin, destroy);  // of ABI 1.0
constexpr size_t kHooksSizeLeast = offsetof(gn_hooks, on_started);

bool is_file(const std::string& path) {
    struct stat facts {};
    return stat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode);
}

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
    return all;
}

Result<std::string> find_file(const config::Plugin& entry, const std::vector<std::string>& search) {
    if (!entry.path.empty()) {
        if (!is_file(entry.path)) return Error{entry.path + ": no such file"};
        return entry.path;
    }
    for (const std::string& folder : search) {
        for (const std::string& path : {folder + "/" + entry.name + ".so",
                                        folder + "/" + entry.name + "/" + entry.name + ".so"})
            if (is_file(path)) return path;
    }
    return Error{"no " + entry.name + ".so in the search path (" + joined(search) + ")"};
}

std::string check_entry(const gn_plugin& entry) {
    const auto version = [](uint32_t major, uint32_t minor) {
        return std::to_string(major) + "." + std::to_string(minor);
    };
    if (entry.magic != GN_MAGIC) return "gn_plugin_entry has a wrong magic number";
    if (entry.abi_major != GN_ABI_MAJOR || entry.abi_minor > GN_ABI_MINOR)
        return "needs ABI " + version(entry.abi_major, entry.abi_minor) + ", this broker offers " +
               version(GN_ABI_MAJOR, GN_ABI_MINOR);
    if (entry.size < kEntrySizeLeast)
        return "gn_plugin_entry is too short: " + std::to_string(entry.size) + " bytes, at least " +
               std::to_string(kEntrySizeLeast) + " are needed";
    if (entry.name == nullptr || entry.version == nullptr)
        return "gn_plugin_entry has no name or version";
    if (entry.hooks != nullptr && entry.hooks->size < kHooksSizeLeast)
        return "the hooks table is too short: " + std::to_string(entry.hooks->size) + " bytes";
    return {};
}

// A table of ours with what the plugin's holds, whatever release of the header it was built with.
gn_hooks cut_hooks(const gn_hooks* table) {
    gn_hooks hooks{};
    if (table != nullptr) copy_in(table, kHooksSizeLeast, hooks);
    hooks.size = sizeof hooks;
    return hooks;
}

bool has_hook(const gn_hooks& hooks, size_t event) {
    void (*function)() = nullptr;
    std::memcpy(&function,
                reinterpret_cast<const char*>(&hooks) + kHooksSizeLeast + event * sizeof function,
                sizeof function);
    return function != nullptr;
}

}  // namespace

Result<PluginFile> PluginFile::open(const config::Plugin& entry,
                                    const std::vector<std::string>& search) {
    if (entry.built_in != nullptr) return given(*entry.built_in);
    auto path = find_file(entry, search);
    if (!path) return path.error();
    PluginFile file;
    file.path = path.value();
    // Without a slash the loader would look elsewhere.
    const std::string target =
        file.path.find('/') == std::string::npos ? "./" + file.path : file.path;
    void* library = dlopen(target.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == nullptr) {
        const char* why = dlerror();
        return Error{file.path + ": " + (why != nullptr ? why : "cannot be loaded")};
    }
    file.entry = static_cast<const gn_plugin*>(dlsym(library, "gn_plugin_entry"));
    if (file.entry == nullptr)
        return Error{file.path + ": is no plugin: it lacks the symbol gn_plugin_entry"};
    if (const std::string fault = check_entry(*file.entry); !fault.empty())
        return Error{file.path + ": " + fault};
    return file;
}

Result<PluginFile> PluginFile::given(const gn_plugin& entry) {
    if (const std::string fault = check_entry(entry); !fault.empty()) return Error{fault};
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
      defer_timeout_ms_(settings.defer_timeout_ms),
      call_budget_ns_(settings.call_budget_us * 1000),
      on_timeout_(settings.on_timeout),
      data_dir_(data_dir),
      stats_(std::make_unique<PluginStats>()) {
    static_cast<gn_host&>(host_) = {
        sizeof(gn_host),  GN_ABI_MINOR,   GRAPNEL_VERSION,  &HostApi::core,  &HostApi::client,
        &HostApi::packet, &HostApi::loop, &HostApi::config, &HostApi::store, data_dir_.c_str()};
    host_.plugin = this;
}

template <class Fn>
std::string Plugin::guarded(const char* what, Fn fn) {
    std::unique_lock<std::mutex> lock;
    if (!concurrent_) lock = std::unique_lock(lock_);
    failure_.clear();
    std::string fault;
    try {
        const gn_status status = fn();
        if (status != GN_OK) {
            fault = failure_.empty() ? std::string(what) + " answered " + std::to_string(status)
                                     : failure_;
        }
    } catch (const std::exception& thrown) {
        fault = std::string(what) + " threw: " + thrown.what();
    } catch (...) {
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
    if (fault.empty() && table != nullptr && table->size < kHooksSizeLeast)
        fault = "create answered a hooks table that is too short";
    if (!fault.empty()) return fault;
    hooks_ = cut_hooks(table);
    created_ = true;
    warn_unused(node);
    return {};
}

std::string Plugin::reload(const config::Node* node) {
    if (file_.entry->reload == nullptr) return {};
    std::string fault = guarded("reload", [&] {
        return file_.entry->reload(self_, reinterpret_cast<const gn_node*>(node));
    });
    if (fault.empty()) warn_unused(node);
    return fault;
}

void Plugin::destroy() {
    if (!created_ || file_.entry->destroy == nullptr) return;
    created_ = false;
    const std::string fault = guarded("destroy", [this] {
        file_.entry->destroy(self_);
        return gn_status{GN_OK};
    });
    if (!fault.empty()) log_error(log_module_, "plugin failed", {{"what", fault}});
}

std::vector<PluginDescription> describe_plugins(const config::Config& config) {
    std::vector<PluginDescription> descriptions;
    for (const config::Plugin& entry : config.plugin_entries) {
        PluginDescription& about = descriptions.emplace_back();
        about.id = entry.id;
        if (auto path = find_file(entry, config.plugins.search)) about.file = path.value();
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
        const gn_hooks hooks = cut_hooks(plugin.hooks);
        for (size_t event = 0; event < kEventCount; ++event)
            if (has_hook(hooks, event)) about.events.push_back(kEvents[event].name);
    }
    return descriptions;
}

}  // namespace grapnel
