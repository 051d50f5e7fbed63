#include <cstdio>
#include <memory>
#include <utility>

#include "command.h"
#include "config/check.h"
#include "config/read_admin.h"

namespace grapnel {

std::optional<std::string> option_value(const Arguments& arguments, size_t& index,
                                        std::string_view name) {
    std::string_view argument = arguments[index];
    if (argument == name && index + 1 < arguments.size()) return std::string(arguments[++index]);
    if (argument.size() > name.size() && argument.starts_with(name) &&
        argument[name.size()] == '=') {
        return std::string(argument.substr(name.size() + 1));
    }
    return std::nullopt;
}

int usage_error(const std::string& text, const char* help) {
    std::fprintf(stderr, "grapnel: %s; see %s\n", text.c_str(), help);
    return kExitUsage;
}

std::optional<ConfigOptions> ConfigOptions::parse(const Arguments& arguments, const char* help) {
    ConfigOptions out;
    for (size_t i = 0; i < arguments.size(); ++i) {
        const std::string argument(arguments[i]);
        if (auto file = option_value(arguments, i, "--config")) {
            out.file = std::move(*file);
        } else if (auto folder = option_value(arguments, i, "--plugins")) {
            out.plugin_folders.push_back(std::move(*folder));
        } else if (auto data_dir = option_value(arguments, i, "--data-dir")) {
            out.data_dir = std::move(*data_dir);
        } else if (auto token = option_value(arguments, i, "--admin-token-file")) {
            out.admin_token_file = std::move(*token);
        } else if (argument == "--config" || argument == "--plugins" || argument == "--data-dir" ||
                   argument == "--admin-token-file") {
            usage_error(argument + " needs a value", help);
            return std::nullopt;
        } else {
            usage_error("unknown argument " + config::quoted(argument), help);
            return std::nullopt;
        }
    }
    if (out.file.empty()) {
        usage_error("--config FILE is missing", help);
        return std::nullopt;
    }
    return out;
}

config::Config ConfigOptions::read(config::Faults& faults) const {
    config::Config config = config::open_config(file, faults, !admin_token_file.empty());
    auto& search = config.plugins.search;
    search.insert(search.begin(), plugin_folders.begin(), plugin_folders.end());
    if (!data_dir.empty()) config.broker.data_dir = data_dir;
    if (!admin_token_file.empty()) read_admin_token(config.admin, faults);
    return config;
}

void ConfigOptions::read_admin_token(config::Admin& admin, config::Faults& faults) const {
    std::string why;
    const auto token = config::read_token_file(admin_token_file, why);
    if (token && *token == admin.read_token) why = "gives the same token as read_token of [admin]";
    if (why.empty())
        admin.token = token.value_or("");
    else
        add_fault(faults, {std::make_shared<const std::string>(admin_token_file), 1, 1},
                  "the file of --admin-token-file " + why);
}

std::optional<config::Config> ConfigOptions::open(config::Faults& faults) const {
    config::Config config = read(faults);
    if (!faults.empty()) return std::nullopt;
    return config;
}

std::optional<config::Config> ConfigOptions::open_or_print() const {
    config::Faults faults;
    auto config = open(faults);
    print(faults);
    return config;
}

void ConfigOptions::print(const config::Faults& faults) {
    for (const config::Fault& fault : faults) {
        std::fprintf(stderr, "%s\n", fault.line().c_str());
    }
    if (!faults.empty()) {
        std::fprintf(stderr, "grapnel: %zu %s in the configuration\n", faults.size(),
                     faults.size() == 1 ? "fault" : "faults");
    }
}

}  // namespace grapnel
