#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "store/base64.h"
#include "store/mqtt_text.h"
#include "store/record_json.h"

namespace grapnel::store {

// Two classes with the same functions, so that one list of a record's fields does for both ways
// (record_json.cpp).

using TextPairs = std::vector<std::pair<std::string_view, std::string_view>>;

inline constexpr std::string_view kBase64Ending = "_base64";

// Adds fields to an object.
class JsonWriter {
public:
    explicit JsonWriter(Json& object, Payloads payloads = Payloads::whole)
        : object_(object), payloads_(payloads) {}

    void text(const std::string& name, std::string_view value) {
        if (value.data() == nullptr) return;
        if (is_utf8(value))
            object_[name] = value;
        else
            object_[name + std::string(kBase64Ending)] = to_base64(value);
    }
    void payload(std::string_view value) {
        if (payloads_ == Payloads::whole) return text("payload", value);
        object_["payload_bytes"] = value.size();
    }
    template <class Number>
    void number(const std::string& name, Number value) {
        object_[name] = value;
    }
    void flag(const std::string& name, bool value) { object_[name] = value; }
    template <class Number>
    void numbers(const std::string& name, const std::vector<Number>& values) {
        object_[name] = values;
    }
    void pairs(const std::string& name, const TextPairs& values) {
        Json list = Json::array();
        for (const auto& [key, value] : values) {
            Json pair = Json::object();
            JsonWriter writer(pair);
            writer.text("key", key);
            writer.text("value", value);
            list.push_back(std::move(pair));
        }
        object_[name] = std::move(list);
    }

private:
    Json& object_;
    const Payloads payloads_;
};

// Takes the fields of an object. Texts borrow from the object or from `kept`. Throws JsonFault.
class JsonReader {
public:
    JsonReader(const Json& object, std::deque<std::string>& kept) : object_(object), kept_(kept) {
        if (!object.is_object()) throw JsonFault("is no object");
    }

    void text(const std::string& name, std::string_view& value) {
        value = {};
        const Json* const plain = find(name);
        const Json* const coded = find(name + std::string(kBase64Ending));
        if (plain != nullptr && coded != nullptr) throw JsonFault(name + " is there twice");
        if (plain != nullptr) value = string_of(name, *plain);
        if (coded == nullptr) return;
        std::string& bytes = kept_.emplace_back();
        if (!from_base64(string_of(name, *coded), bytes))
            throw JsonFault(name + std::string(kBase64Ending) + " is no base64");
        value = bytes;
    }
    void payload(std::string_view& value) { text("payload", value); }
    template <class Number>
    void number(const std::string& name, Number& value) {
        value = number_of<Number>(name, must(name));
    }
    void flag(const std::string& name, bool& value) {
        const Json& found = must(name);
        if (!found.is_boolean()) throw JsonFault(name + " is neither true nor false");
        value = found.get<bool>();
    }
    template <class Number>
    void numbers(const std::string& name, std::vector<Number>& values) {
        values.clear();
        for (const Json& each : list_of(name)) values.push_back(number_of<Number>(name, each));
    }
    void pairs(const std::string& name, TextPairs& values) {
        values.clear();
        for (const Json& each : list_of(name)) {
            JsonReader reader(each, kept_);
            auto& pair = values.emplace_back();
            reader.text("key", pair.first);
            reader.text("value", pair.second);
            reader.end();
        }
    }
    // An object that may be missing; null: it is.
    const Json* object(const std::string& name) { return find(name); }
    // Call behind the last field: all were taken.
    void end() const {
        if (taken_ == object_.size()) return;
        for (const auto& item : object_.items()) {
            bool known = false;
            for (const std::string& name : names_) known = known || name == item.key();
            if (!known) throw JsonFault("unknown field " + Json(item.key()).dump());
        }
    }

private:
    const Json* find(const std::string& name) {
        const auto found = object_.find(name);
        if (found == object_.end()) return nullptr;
        ++taken_;
        names_.push_back(name);
        return &*found;
    }
    const Json& must(const std::string& name) {
        const Json* const found = find(name);
        if (found == nullptr) throw JsonFault(name + " is missing");
        return *found;
    }
    const Json& list_of(const std::string& name) {
        const Json& found = must(name);
        if (!found.is_array()) throw JsonFault(name + " is no list");
        return found;
    }
    static std::string_view string_of(const std::string& name, const Json& value) {
        if (!value.is_string()) throw JsonFault(name + " is no text");
        return value.get_ref<const std::string&>();
    }
    template <class Number>
    static Number number_of(const std::string& name, const Json& value) {
        using Limits = std::numeric_limits<Number>;
        if (value.is_number_unsigned()) {
            const auto number = value.get<std::uint64_t>();
            if (number <= static_cast<std::uint64_t>(Limits::max()))
                return static_cast<Number>(number);
        } else if (value.is_number_integer() && std::is_signed_v<Number>) {
            return static_cast<Number>(value.get<std::int64_t>());
        }
        throw JsonFault(name + " is no integer from " + std::to_string(Limits::min()) + " to " +
                        std::to_string(Limits::max()));
    }

    const Json& object_;
    std::deque<std::string>& kept_;
    std::size_t taken_ = 0;
    std::vector<std::string> names_;
};

}  // namespace grapnel::store
