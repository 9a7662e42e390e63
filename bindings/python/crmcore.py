"""crmcore for Python: ctypes over the gateway, one small module.

    import crmcore

    with crmcore.open("customers.crm", create=True, time_zone="Asia/Shanghai") as db, db.connect() as conn:
        conn.call("archive.put", customers=[{"code": "C-001", "name": "北京云杉科技"}])
        for row in conn.query("SELECT code, name FROM customer"):
            print(row["name"])

Every method of the library is reached by Connection.call(name, **request); describe() lists them with their
JSON Schemas. Money is integers in minor units, dates are ISO texts; datetime.date and datetime.datetime are taken as such. A connection belongs to one thread at a
time; long calls release the interpreter lock. Objects may be closed, or collected, in any order.

Rows come in batches: 75,000 of them take some 0.2 s, fetchall(), to_json() and to_csv() give them at once.

The shared library is the one that CRMCORE_LIBRARY points to, else libcrmcore.so.0 beside this module (as in the wheel), or
in the library folder of the prefix where it was installed, or where the system looks for libraries.
"""

import collections
import contextlib
import ctypes
import datetime
import itertools
import json
import os
import pathlib

__all__ = ["Error", "Database", "Connection", "Rows", "open", "describe", "version"]



def _find_library():
    here = pathlib.Path(__file__).resolve().parent
    near = [here, *list(here.parents)[1:2]]  # PREFIX/lib of PREFIX/lib/pythonX.Y/site-packages
    for folder in [*near, *(inner for outer in near[1:] for inner in sorted(outer.glob("*-linux-*")))]:
        if (folder / "libcrmcore.so.0").exists():
            return str(folder / "libcrmcore.so.0")
    return "libcrmcore.so.0"


def _load_library():
    path = os.environ.get("CRMCORE_LIBRARY") or _find_library()
    try:
        return ctypes.CDLL(path)
    except OSError as failure:
        raise ImportError(f"crmcore's library is not found: {failure}. Let CRMCORE_LIBRARY name libcrmcore.so.0, or install it "
                          "where the system looks for libraries") from failure


_lib = _load_library()
_handle = ctypes.c_void_p
_out = ctypes.POINTER(ctypes.c_void_p)
_text = ctypes.c_char_p
_int32, _int64 = ctypes.c_int32, ctypes.c_int64
_progress_fn = ctypes.CFUNCTYPE(_int32, ctypes.c_void_p, _int64, _int64)
_free_fn = ctypes.CFUNCTYPE(None, ctypes.c_void_p)

_ROWS_AT_ONCE = 1000


def _declare(name, result, *arguments):
    function = getattr(_lib, "crmcore_" + name)
    function.restype, function.argtypes = result, arguments
    return function


_version = _declare("library_version", _text)
_describe = _declare("library_describe", _int32, _out, _out)
_error_code = _declare("error_code", _int32, _handle)
_error_message = _declare("error_message", _text, _handle)
_error_path = _declare("error_path", _text, _handle)
_error_violations = _declare("error_violations", _text, _handle)
_error_free = _declare("error_free", None, _handle)
_code_name = _declare("code_name", _text, _int32)
_buf_data = _declare("buf_data", ctypes.c_void_p, _handle)
_buf_size = _declare("buf_size", _int64, _handle)
_buf_free = _declare("buf_free", None, _handle)
_open = _declare("db_open", _int32, _text, _int64, _text, _int64, _out, _out)
_db_free = _declare("db_free", None, _handle)
_connect = _declare("conn_open", _int32, _handle, _out, _out)
_conn_free = _declare("conn_free", None, _handle)
_set_now = _declare("conn_set_now", _int32, _handle, _int64, _out)
_clear_now = _declare("conn_clear_now", _int32, _handle, _out)
_set_actor = _declare("conn_set_actor", _int32, _handle, _text, _int64, _out)
_set_progress = _declare("conn_set_progress", _int32, _handle, _progress_fn, ctypes.c_void_p, _free_fn, _out)
_interrupt = _declare("conn_interrupt", _int32, _handle, _out)
_begin = _declare("conn_begin", _int32, _handle, _out)
_commit = _declare("conn_commit", _int32, _handle, _out)
_rollback = _declare("conn_rollback", _int32, _handle, _out)
_call = _declare("conn_call", _int32, _handle, _text, _int64, _text, _int64, _out, _out)
_query = _declare("conn_query", _int32, _handle, _text, _int64, _text, _int64, _out, _out)
_rows_count = _declare("rows_column_count", _int32, _handle)
_rows_name = _declare("rows_column_name", _text, _handle, _int32)
_rows_read_json = _declare("rows_read_json", _int32, _handle, _int64, _out, _out)
_rows_to_json = _declare("rows_to_json", _int32, _handle, _out, _out)
_rows_to_csv = _declare("rows_to_csv", _int32, _handle, _int32, _out, _out)
_rows_free = _declare("rows_free", None, _handle)


# Callbacks that the library may still call, by number; it says when it no longer will.
_kept, _numbers = {}, itertools.count(1)
_forget = _free_fn(lambda number, kept=_kept: kept.pop(number, None))


class Error(Exception):
    """What the library refused: code ("NOT_FOUND"), path ("/entries/2/amount"), message, violations."""

    def __init__(self, number, message, path, violations):
        super().__init__(f"{message} [{path}]" if path else message)
        self.number = number
        self.code = _code_name(number).decode()
        self.message = message
        self.path = path
        self.violations = violations


def _run(function, *arguments):
    error = ctypes.c_void_p()
    if function(*arguments, ctypes.byref(error)) == 0:
        return
    try:
        raise Error(_error_code(error), _error_message(error).decode(), _error_path(error).decode(),
                    json.loads(_error_violations(error).decode() or "[]"))
    finally:
        _error_free(error)


def _buffer(function, *arguments):
    """Runs a function whose last out-parameter is a buffer; gives the buffer's text."""
    buf = ctypes.c_void_p()
    _run(function, *arguments, ctypes.byref(buf))
    try:
        return ctypes.string_at(_buf_data(buf), _buf_size(buf)).decode()
    finally:
        _buf_free(buf)


def _utf8(text):
    data = text.encode()
    return data, len(data)


def _iso(value):
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} is no JSON")


def _json(value):
    return _utf8(json.dumps(value, ensure_ascii=False, default=_iso))


def version():
    """Returns the library's version, "0.1.0"."""
    return _version().decode()


def describe():
    """Returns all methods with the JSON Schemas of requests and responses, and all error codes."""
    return json.loads(_buffer(_describe))


def open(path, **options):
    """Opens an archive file, or makes it with create=True. Options: create, access, durability, busy_timeout_ms, query_memory_bytes,
    base_currency, currency_digits, time_zone."""
    handle = ctypes.c_void_p()
    _run(_open, *_utf8(os.fspath(path)), *_json(options), ctypes.byref(handle))
    return Database(handle)


class _Owner:
    """Owns one handle; freed by close(), by a with block, or when it is collected."""

    _free = None

    def __init__(self, handle):
        self._handle = handle

    def close(self):
        handle, self._handle = self._handle, None
        if handle:
            type(self)._free(handle)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.close()

    def __del__(self):
        if getattr(self, "_handle", None) and type(self)._free is not None:
            self.close()


class Database(_Owner):
    """An open archive file; shareable between threads."""

    _free = _db_free

    def connect(self):
        handle = ctypes.c_void_p()
        _run(_connect, self._handle, ctypes.byref(handle))
        return Connection(handle)


class Connection(_Owner):
    """One caller's transactions and reads; one thread at a time."""

    _free = _conn_free

    def call(self, method, request=None, **fields):
        """Calls a gateway method with a dict or with keyword arguments; gives its answer as a dict."""
        return json.loads(_buffer(_call, self._handle, *_utf8(method), *_json({**(request or {}), **fields})))

    def query(self, sql, parameters=None):
        """Runs a SELECT over the public views; parameters are a list for ?1 … or a dict for :name."""
        handle = ctypes.c_void_p()
        _run(_query, self._handle, *_utf8(sql), *(_json(parameters) if parameters is not None else (None, 0)),
             ctypes.byref(handle))
        return Rows(handle)

    @contextlib.contextmanager
    def transaction(self):
        """Groups calls into one transaction: commits at the end of the block, rolls back on an exception."""
        _run(_begin, self._handle)
        try:
            yield self
        except BaseException:
            _run(_rollback, self._handle)
            raise
        _run(_commit, self._handle)

    def set_now(self, microseconds):
        """Fixes the instant recorded for writes; None returns to the machine's clock."""
        if microseconds is None:
            _run(_clear_now, self._handle)
        else:
            _run(_set_now, self._handle, microseconds)

    def set_actor(self, actor):
        """Sets who is recorded for writes."""
        _run(_set_actor, self._handle, *_utf8(actor))

    def set_progress(self, progress):
        """Sets progress(done, total), asked during long work; a true answer cancels. None removes it."""
        def ask(_user, done, total):
            try:
                return 1 if progress(done, total) else 0
            except BaseException:
                return 1  # an exception cannot pass through the library: it cancels
        if progress is None:
            _run(_set_progress, self._handle, _progress_fn(), None, _free_fn())
            return
        number = next(_numbers)
        _kept[number] = _progress_fn(ask)
        _run(_set_progress, self._handle, _kept[number], number, _forget)

    def backup(self, path):
        """Copies the archive as it is now into a new file, and verifies the copy; gives what it found."""
        return self.call("database.backup", path=os.fspath(path))

    def interrupt(self):
        """Ends what the connection is doing now; from any thread."""
        _run(_interrupt, self._handle)


class Rows(_Owner):
    """The rows of a query, as dicts, read forwards."""

    _free = _rows_free

    def __init__(self, handle):
        super().__init__(handle)
        self._ahead, self._is_begun = collections.deque(), False
        self.columns = [_rows_name(handle, i).decode() for i in range(_rows_count(handle))]

    def __iter__(self):
        return self

    def __next__(self):
        if not self._ahead:
            self._ahead = self._read(_ROWS_AT_ONCE)
            if not self._ahead:
                self.close()
                raise StopIteration
        return self._ahead.popleft()

    def fetchmany(self, count=_ROWS_AT_ONCE):
        """Gives up to so many of the rows that are left, as a list of dicts."""
        return list(itertools.islice(self, count))

    def fetchall(self):
        """Gives all rows that are left, as a list of dicts."""
        return list(self)

    def to_json(self):
        """Gives all rows as one JSON text, an array of objects. Before any row is read."""
        return self._drain(_rows_to_json)

    def to_csv(self, is_lossless=False):
        """Gives all rows as one CSV text with a header line. What a spreadsheet would take for a formula gets a leading
        apostrophe, unless it is to be lossless. Before any row is read."""
        return self._drain(_rows_to_csv, 1 if is_lossless else 0)

    def _drain(self, function, *arguments):
        if self._is_begun:
            raise ValueError("rows were read already; take to_json() and to_csv() before the first")
        text = _buffer(function, self._handle, *arguments)
        self.close()
        return text

    def _read(self, count):
        self._is_begun = True
        if not self._handle:
            return collections.deque()
        rows = json.loads(_buffer(_rows_read_json, self._handle, count))
        return collections.deque(dict(zip(self.columns, map(_value, row))) for row in rows)


def _value(cell):
    return bytes.fromhex(cell["blob"]) if isinstance(cell, dict) else cell
