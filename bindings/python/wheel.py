#!/usr/bin/env python3
"""Packs the binding and the built library into a wheel: wheel.py --library build/release/…/libcrmcore.so.0 --version 0.1.0
--output FOLDER. Needs nothing but Python; `cmake --build … --target wheel` runs it. The same input gives the same bytes."""

import argparse
import base64
import hashlib
import pathlib
import platform
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
STAMP = (1980, 1, 1, 0, 0, 0)  # a wheel says nothing of when it was made


def record_of(name, data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=pathlib.Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    options = parser.parse_args()
    tag = f"py3-none-linux_{platform.machine()}"
    info = f"crmcore-{options.version}.dist-info"
    files = {
        "crmcore/__init__.py": (HERE / "crmcore.py").read_bytes(),
        "crmcore/libcrmcore.so.0": options.library.resolve().read_bytes(),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: crmcore\nVersion: {options.version}\n"
                            "Summary: The customer core that ERP and billing programs embed\n"
                            "Requires-Python: >=3.9\n".encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: crmcore\nRoot-Is-Purelib: false\nTag: {tag}\n".encode(),
    }
    record = "".join(record_of(name, data) for name, data in files.items()) + f"{info}/RECORD,,\n"
    files[f"{info}/RECORD"] = record.encode()
    options.output.mkdir(parents=True, exist_ok=True)
    wheel = options.output / f"crmcore-{options.version}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, STAMP), data, zipfile.ZIP_DEFLATED)
    print(wheel)


if __name__ == "__main__":
    main()
