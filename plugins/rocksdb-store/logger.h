#pragma once

#include <rocksdb/env.h>

#include <cstdarg>

namespace grapnel::rocks {

// RocksDB's own log is not kept: what concerns an operator comes as a status and is logged by the
// store.
class Logger final : public rocksdb::Logger {
public:
    Logger() : rocksdb::Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
    using rocksdb::Logger::Logv;
    void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

}  // namespace grapnel::rocks
