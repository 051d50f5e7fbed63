#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>

#include "store/export_format.h"
#include "store/merge.h"
#include "store/record_json.h"
#include "store/tool_command.h"
#include "store/verifier.h"

namespace grapnel::store {

namespace {

constexpr std::uint64_t kBatchRecords = 1000;
constexpr std::size_t kBatchBytes = std::size_t{4} << 20;

// An export, line by line.
class ExportFile {
public:
    explicit ExportFile(std::string path) : path_(std::move(path)), in_(path_, std::ios::binary) {
        if (!in_) throw std::runtime_error(path_ + " cannot be read: " + std::strerror(errno));
    }

    // Calls visit(record, line number) for each record, from the first, and demands the end. Throws
    // std::runtime_error that names the line.
    template <class Visit>
    void each(const Visit& visit) {
        rewind();
        ExportCounts counts{};
        bool ended = false;
        std::uint64_t number = 1;
        for (std::string line; std::getline(in_, line);) {
            ++number;
            if (ended) refuse(number, "stands behind the end of the export");
            const Json object = parse(line, number);
            ended = tells_end_ && object.is_object() && object.contains("end");
            if (ended) {
                check_end(object, counts, number);
                continue;
            }
            const RawRecord record = record_of(object, number);
            ++counts[static_cast<std::size_t>(record.kind)];
            visit(record, number);
        }
        if (in_.bad()) throw std::runtime_error(path_ + " cannot be read to its end");
        if (tells_end_ && !ended)
            throw std::runtime_error(path_ + " is cut: its last line is not that of an export");
    }
    [[noreturn]] void refuse(std::uint64_t line, const std::string& why) const {
        throw std::runtime_error(path_ + ':' + std::to_string(line) + ": " + why);
    }
    // False: it is of a program that wrote no end. After each().
    bool tells_end() const { return tells_end_; }
    const std::string& path() const { return path_; }

private:
    // To behind the first line.
    void rewind() {
        in_.clear();
        in_.seekg(0);
        if (!in_) throw std::runtime_error(path_ + " cannot be read twice: save it to a file");
        std::string head;
        std::getline(in_, head);
        tells_end_ = head == kExportHead;
        if (!in_ || (!tells_end_ && head != kExportHeadWithoutEnd))
            refuse(1, "is no export that this program knows: it begins with the line " +
                          std::string(kExportHead));
    }
    Json parse(const std::string& line, std::uint64_t number) const {
        try {
            return Json::parse(line);
        } catch (const Json::parse_error& fault) {
            refuse(number, "is no JSON at byte " + std::to_string(fault.byte));
        }
    }
    RawRecord record_of(const Json& object, std::uint64_t number) const {
        try {
            return from_json(object);
        } catch (const JsonFault& fault) {
            refuse(number, fault.what());
        }
    }
    void check_end(const Json& object, const ExportCounts& counts, std::uint64_t number) const {
        const Json& end = object["end"];
        bool sound = end.is_object() && end.size() == kKinds && object.size() == 1;
        for (std::size_t at = 0; sound && at < kKinds; ++at) {
            const auto count = end.find(std::string(kKindNames[at]));
            sound = count != end.end() && *count == counts[at];
        }
        if (!sound)
            refuse(number,
                   "counts other records than there are; it would be " + export_end(counts));
    }

    std::string path_;
    std::ifstream in_;
    bool tells_end_ = true;
};

// Reads all of the file, so that a fault is found before anything is written.
void check(ExportFile& file, Merge& merge, bool merges) {
    file.each([&](const RawRecord& record, std::uint64_t line) {
        if (merges) merge.add_coming(record, line);
    });
}

void must_be_empty(Backend& backend) {
    std::string_view key;
    std::string_view value;
    for (std::size_t at = 0; at < kKinds; ++at) {
        const auto cursor = backend.scan(static_cast<Kind>(at));
        if (cursor->next(key, value))
            throw std::runtime_error("the store is not empty; --merge adds to what is there");
        if (const Fault fault = cursor->fault(); !fault.empty()) throw std::runtime_error(fault);
    }
}

void must_agree(ToolReader& reader, Merge& merge, const ExportFile& file) {
    for (const Kind kind : {Kind::body, Kind::outbound})
        reader.each(kind, [&](std::string_view key, std::string_view value) {
            const auto conflict = merge.add_present(kind, key, value);
            if (conflict) file.refuse(conflict->line, conflict->why);
        });
}

void must(const Fault& fault) {
    if (!fault.empty()) throw std::runtime_error("cannot be written: " + fault);
}

// Writes records in batches.
class Writer {
public:
    explicit Writer(Backend& backend) : backend_(backend), batch_(backend.make_batch()) {}

    void put(Kind kind, std::string_view key, std::string_view value) {
        batch_->put(kind, key, value);
        bytes_ += key.size() + value.size();
        if (++records_ % kBatchRecords == 0 || bytes_ >= kBatchBytes) write();
    }
    void end() {
        write();
        must(backend_.sync());
    }
    std::uint64_t records() const { return records_; }

private:
    void write() {
        if (!batch_->empty()) must(backend_.write(*batch_));
        batch_->clear();
        bytes_ = 0;
    }

    Backend& backend_;
    std::unique_ptr<Batch> batch_;
    std::uint64_t records_ = 0;
    std::size_t bytes_ = 0;
};

// Before the messages come whose keys they have.
void renew_present(ToolReader& reader, const Merge& merge, Backend& backend) {
    Writer writer(backend);
    reader.each(Kind::retained, [&](std::string_view topic, std::string_view value) {
        if (const auto renewed = merge.renewed_present(value))
            writer.put(Kind::retained, topic, *renewed);
    });
    writer.end();
}

std::uint64_t write_all(ExportFile& file, const Merge& merge, Backend& backend) {
    Writer writer(backend);
    file.each([&](const RawRecord& record, std::uint64_t) {
        std::optional<std::string> renewed;
        if (record.kind == Kind::retained) renewed = merge.renewed_coming(record.value);
        writer.put(record.kind, record.key, renewed ? *renewed : record.value);
    });
    writer.end();
    return writer.records();
}

}  // namespace

int tool_import(const ToolRun& run) {
    ExportFile file{std::string(run.words.operand())};
    Merge merge;
    check(file, merge, run.words.merge);
    if (!file.tells_end())
        run.output.errors << "grapnel: " << file.path()
                          << " is of an older program: whether it is whole cannot be told\n";
    const auto backend = run.place.open(true);
    ToolReader reader(*backend, run.output);
    if (run.words.merge) {
        must_agree(reader, merge, file);
        renew_present(reader, merge, *backend);
    } else {
        must_be_empty(*backend);
    }
    const std::uint64_t records = write_all(file, merge, *backend);
    run.output.out << "imported " << records << " records\n";
    std::ostream& errors = run.output.errors;
    Verifier verifier(*backend, [&errors](const Verifier::Found& found) {
        errors << record_name(found.kind, found.key) << ' ' << found.why << '\n';
    });
    verifier.run();
    if (verifier.faults() == 0) return reader.status();
    errors << "grapnel: " << verifier.faults()
           << " faults in what was imported; `grapnel store repair` removes it\n";
    return kToolFailure;
}

}  // namespace grapnel::store
