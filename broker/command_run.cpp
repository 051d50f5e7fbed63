#include "base/log.h"
#include "command.h"
#include "hooks/crash_report.h"
#include "net/tls_context.h"
#include "program.h"

namespace grapnel {

int command_run(const Arguments& arguments) {
    const auto options = ConfigOptions::parse(arguments);
    if (!options) return kExitUsage;
    const auto config = options->open_or_print();
    if (!config) return kExitUsage;
    config::Faults faults;
    check_certificates(*config, faults);
    ConfigOptions::print(faults);
    if (!faults.empty()) return kExitUsage;
    log_configure(config->log.level, config->log.format);
    crash_report::tell_earlier(config->broker.data_dir);
    crash_report::install(config->broker.data_dir);
    const auto reread = [&options](config::Faults& faults) { return options->open(faults); };
    return Program(*config, reread).run();
}

}  // namespace grapnel
