#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace grapnel {

// A file name of our own that goes with the test.
struct TemporaryFile {
    TemporaryFile() {
        char name[] = "/tmp/grapnel-hooks-XXXXXX";
        const int descriptor = mkstemp(name);
        if (descriptor >= 0) close(descriptor);
        path = name;
    }
    ~TemporaryFile() { std::remove(path.c_str()); }
    std::string text() const {
        std::ifstream file(path);
        std::stringstream all;
        all << file.rdbuf();
        return all.str();
    }
    std::string path;
};

}  // namespace grapnel
