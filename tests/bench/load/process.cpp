#include "process.h"

#include <unistd.h>

#include <cstdio>
#include <string>

#include "clock.h"
#include "fail.h"

namespace grapnel::load {

Process::Process(pid_t id) : id_(id) {
    if (::clock_getcpuclockid(id, &clock_) != 0) fail("there is no process " + std::to_string(id));
}

double Process::cpu_s() const {
    timespec time{};
    if (::clock_gettime(clock_, &time) != 0) fail("the broker has ended");
    return static_cast<double>(nanoseconds(time)) / 1e9;
}

double Process::resident_bytes() const {
    const std::string path = "/proc/" + std::to_string(id_) + "/statm";
    std::FILE* file = std::fopen(path.c_str(), "re");
    if (file == nullptr) fail("the broker has ended");
    unsigned long pages = 0;
    const int found = std::fscanf(file, "%*u %lu", &pages);
    std::fclose(file);
    if (found != 1) fail("cannot read " + path);
    return static_cast<double>(pages) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace grapnel::load
