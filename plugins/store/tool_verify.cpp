#include <memory>

#include "store/tool_command.h"
#include "store/tool_text.h"
#include "store/verifier.h"

namespace grapnel::store {

namespace {

constexpr std::uint64_t kBatchRecords = 1000;

void print_totals(const Verifier& verifier, std::ostream& out) {
    Table table(out, {{"kind", 12}, {"records", 12}, {"faults", 0}});
    for (std::size_t at = 0; at < kKinds; ++at) {
        const auto kind = static_cast<Kind>(at);
        const Verifier::Total& total = verifier.total(kind);
        table.row({std::string(name_of(kind)), std::to_string(total.records),
                   std::to_string(total.faults)});
    }
}

void print_early_ends(const Verifier& verifier, std::ostream& out) {
    for (std::size_t at = 0; at < kKinds; ++at) {
        const auto kind = static_cast<Kind>(at);
        const Fault& why = verifier.total(kind).ended_early;
        if (!why.empty())
            out << "reading records of kind " << name_of(kind) << " ends early: " << why << '\n';
    }
}

void must(const Fault& fault) {
    if (!fault.empty()) throw std::runtime_error("cannot be written: " + fault);
}

// Removes what a Verifier finds, in batches.
class Remover {
public:
    Remover(Backend& backend, std::ostream& out)
        : backend_(backend), out_(out), batch_(backend.make_batch()) {}

    void take(const Verifier::Found& found) {
        const std::string name = record_name(found.kind, found.key);
        if (!found.removable) {
            out_ << "kept " << name << ", which " << found.why << '\n';
            ++kept_;
            return;
        }
        out_ << "removed " << name << ", which " << found.why << '\n';
        batch_->erase(found.kind, found.key);
        if (++removed_ % kBatchRecords == 0) write();
    }
    void end() {
        write();
        must(backend_.sync());
    }
    std::uint64_t removed() const { return removed_; }
    std::uint64_t kept() const { return kept_; }

private:
    void write() {
        if (!batch_->empty()) must(backend_.write(*batch_));
        batch_->clear();
    }

    Backend& backend_;
    std::ostream& out_;
    std::unique_ptr<Batch> batch_;
    std::uint64_t removed_ = 0;
    std::uint64_t kept_ = 0;
};

// Says what it does, and what is lost. Throws where there is no such way. Answers whether all could
// be read.
bool rebuild(const ToolRun& run, const std::string& why) {
    std::ostream& out = run.output.out;
    out << why << '\n' << std::flush;
    const Rebuilt rebuilt = run.place.rebuild();
    if (rebuilt.done.empty()) throw std::runtime_error("there is no way to repair that");
    out << rebuilt.done << '\n';
    for (const std::string& each : rebuilt.damaged) out << "damaged " << each << '\n';
    return rebuilt.damaged.empty();
}

}  // namespace

int tool_verify(const ToolRun& run) {
    const auto backend = run.place.look();
    std::ostream& out = run.output.out;
    Verifier verifier(*backend, [&out](const Verifier::Found& found) {
        out << record_name(found.kind, found.key) << ' ' << found.why << '\n';
    });
    verifier.run();
    print_early_ends(verifier, out);
    print_totals(verifier, out);
    if (verifier.faults() == 0) return kToolSuccess;
    run.output.errors << "grapnel: " << verifier.faults()
                      << " faults; `grapnel store repair` removes what cannot be used\n";
    return kToolFailure;
}

int tool_repair(const ToolRun& run) {
    std::unique_ptr<Backend> backend;
    bool rebuilt = false;
    bool whole = true;
    const auto rebuild_and_open = [&](const std::string& why) {
        backend.reset();
        whole = rebuild(run, why);
        rebuilt = true;
        backend = run.place.open(false);
    };
    try {
        backend = run.place.open(false);
    } catch (const DamagedStore& fault) {
        rebuild_and_open(fault.what());
    }
    std::ostream& out = run.output.out;
    for (;;) {
        Remover remover(*backend, out);
        Verifier verifier(*backend,
                          [&remover](const Verifier::Found& found) { remover.take(found); });
        verifier.run();
        remover.end();
        print_early_ends(verifier, out);
        if (verifier.ended_early() && !rebuilt) {
            rebuild_and_open("the store does not give all its records");
            continue;
        }
        print_totals(verifier, out);
        out << "removed " << remover.removed() << " of " << verifier.records() << " records\n";
        if (verifier.ended_early() || remover.kept() != 0) return kToolFailure;
        if (!whole) run.output.errors << "grapnel: repaired without what only damaged files had\n";
        return whole ? kToolSuccess : kToolLosses;
    }
}

}  // namespace grapnel::store
