// SPDX-FileCopyrightText: 2026 The Watchline authors
// SPDX-License-Identifier: MIT

// The npm package eventsource-parser over the streams of bench_parse_stream, under the names it
// prints: node parse_stream.mjs PACKAGE_FOLDER. One JSON object a line. The package takes text, and
// turning the bytes into text is not counted.
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const folder = process.argv[2];
const { createParser } = await import(pathToFileURL(join(folder, "dist", "index.js")).href);

const STREAM_SIZE = 64 * 1024 * 1024;
const ROUNDS = 5;
const streams = {
    "6 B comments": ": ok\n\n",
    "200 B events": `event: note\ndata: ${"x".repeat(180)}\n\n`,
    "200 B events, not ASCII": `event: note\ndata: ${"ä€".repeat(36)}\n\n`,
    "64 KiB data": `data: ${"x".repeat(64 * 1024)}\n\n`,
};

function texts(stream, size) {
    const decoder = new TextDecoder();
    const parts = [];
    for (let at = 0; at < stream.length; at += size)
        parts.push(decoder.decode(stream.subarray(at, at + size), { stream: true }));
    return parts;
}

for (const [name, event] of Object.entries(streams)) {
    const one = Buffer.from(event);
    const stream = Buffer.concat(Array(Math.floor(STREAM_SIZE / one.length)).fill(one));
    for (const chunk of [1448, 65536]) {
        const parts = texts(stream, chunk);
        let best = 0;
        for (let round = 0; round < ROUNDS; ++round) {
            let seen = 0;
            const parser = createParser({ onEvent: () => { ++seen; }, onComment: () => { ++seen; } });
            const began = process.hrtime.bigint();
            for (const part of parts)
                parser.feed(part);
            const seconds = Number(process.hrtime.bigint() - began) / 1e9;
            if (seen === 0)
                throw new Error(`${name}: nothing was parsed`);
            best = Math.max(best, stream.length / 1e6 / seconds);
        }
        console.log(JSON.stringify({ name: `parse_stream ${name} in ${chunk} B chunks`, value: Math.round(best) }));
    }
}
