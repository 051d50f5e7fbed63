// The broker as a host of an earlier minor: before main() its tables are cut to the sizes of that
// minor (sizes.def), and whoever calls what lies beyond ends the process with a line that says so.
// Its views are filled no further, and extensions that came later are not found. With
// GRAPNEL_TEST_CUT_MORE=1 each table has one function less than that, and each view 8 bytes, to
// prove that it is noticed.

#include <grapnel/plugin.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "hooks/host_api.h"

namespace grapnel {
namespace {

constexpr size_t kHeadBytes = 2 * sizeof(uint32_t);  // size and reserved, before the functions

template <class Type>
constexpr uint32_t kSize = 0;
#define GN_SIZE(type, bytes) \
    template <>              \
    constexpr uint32_t kSize<type> = bytes;
#define GN_EXTENSION(id)
#include "sizes.def"
#undef GN_SIZE
#undef GN_EXTENSION

// The bytes that plugins are told of.
template <class Type>
uint32_t size_told() {
    const char* more = std::getenv("GRAPNEL_TEST_CUT_MORE");
    const bool one_more = more != nullptr && std::string_view(more) == "1";
    return kSize<Type> - (one_more ? uint32_t{sizeof(void*)} : 0);
}

[[noreturn]] void call_of_missing() {
    std::fputs("a plugin called what this host does not have, without GN_HAS\n", stderr);
    std::_Exit(99);
}

// Constants of the program that are relocated at its start, so they lie in pages of their own.
template <class Table>
Table& writable(const Table& table) {
    const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<uintptr_t>(&table) & ~(page - 1);
    const auto end = reinterpret_cast<uintptr_t>(&table + 1);
    if (mprotect(reinterpret_cast<void*>(begin), end - begin, PROT_READ | PROT_WRITE) != 0)
        std::abort();
    return const_cast<Table&>(table);
}

// Cuts a table of functions. One that the minor does not have at all is out of reach.
template <class Table>
void cut(const Table& constant) {
    if constexpr (kSize<Table> == 0) return;
    static_assert(kSize<Table> == 0 || kSize<Table> > kHeadBytes);
    static_assert(kSize<Table> <= sizeof(Table));
    Table& table = writable(constant);
    table.size = size_told<Table>();
    void (*const missing)() = call_of_missing;
    for (size_t at = table.size; at < sizeof(Table); at += sizeof missing)
        std::memcpy(reinterpret_cast<char*>(&table) + at, &missing, sizeof missing);
}

// A getter that fills no more of a view than the minor knows.
template <auto kTable, auto kGetter>
struct Shortened;

template <class Table, class Object, class View, const Table* kTable,
          gn_status (*Table::*kGetter)(const Object*, View*)>
struct Shortened<kTable, kGetter> {
    static inline gn_status (*original)(const Object*, View*) = nullptr;
    static gn_status get(const Object* object, View* view) {
        if (view != nullptr) view->size = std::min(view->size, size_told<View>());
        return original(object, view);
    }
};

template <class Table, class Object, class View, const Table* kTable,
          gn_status (*Table::*kGetter)(const Object*, uint32_t, View*)>
struct Shortened<kTable, kGetter> {
    static inline gn_status (*original)(const Object*, uint32_t, View*) = nullptr;
    static gn_status get(const Object* object, uint32_t index, View* view) {
        if (view != nullptr) view->size = std::min(view->size, size_told<View>());
        return original(object, index, view);
    }
};

template <auto kTable, auto kGetter>
void shorten() {
    using Short = Shortened<kTable, kGetter>;
    Short::original = std::exchange(writable(*kTable).*kGetter, Short::get);
}

const void* (*extension_of_today)(const gn_host*, const char*) = nullptr;

const void* extension(const gn_host* host, const char* id) {
#define GN_SIZE(type, bytes)
#define GN_EXTENSION(known) \
    if (id != nullptr && std::string_view(id) == (known)) return extension_of_today(host, id);
#include "sizes.def"
#undef GN_SIZE
#undef GN_EXTENSION
    return nullptr;
}

void cut_host() {
    gn_host& host = writable(HostApi::host);
    host.size = kSize<gn_host>;
    host.abi_minor = GN_OLD_MINOR;
    std::memset(reinterpret_cast<char*>(&host) + host.size, 0, sizeof host - host.size);
}

[[gnu::constructor]] void become_an_old_host() {
    shorten<&HostApi::client, &gn_client_api::view>();
    shorten<&HostApi::packet, &gn_packet_api::view>();
    shorten<&HostApi::packet, &gn_packet_api::publish>();
    shorten<&HostApi::packet, &gn_packet_api::connect>();
    shorten<&HostApi::packet, &gn_packet_api::filter>();
    shorten<&HostApi::packet, &gn_packet_api::target>();
    extension_of_today = std::exchange(writable(HostApi::core).extension, extension);
    cut(HostApi::core);
    cut(HostApi::client);
    cut(HostApi::packet);
    cut(HostApi::loop);
    cut(HostApi::config);
    cut(HostApi::store);
    cut(HostApi::acl_cache);
    cut_host();
}

}  // namespace
}  // namespace grapnel
