// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QString>

#include <optional>
#include <utility>

namespace watchline {

/// A value, or one line that says why there is none.
template<typename T>
struct Result
{
    std::optional<T> value;
    QString error; ///< Empty when there is a value.

    static Result of(T value) { return {std::move(value), {}}; }
    static Result failed(const QString &error) { return {std::nullopt, error}; }

    explicit operator bool() const { return value.has_value(); }
    const T &operator*() const { return *value; }
    const T *operator->() const { return &*value; }
};

} // namespace watchline
