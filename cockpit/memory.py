"""What is costly to make and read by many threads: made once, kept as long as there is room."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Protocol, TypeVar
from weakref import WeakValueDictionary


class Measured(Protocol):
    @property
    def nbytes(self) -> int: ...


T = TypeVar("T", bound=Measured)


class Memory:
    """At most ``room`` bytes of values, those read last; the newest stays even where it alone is larger.

    Reading waits for nobody who makes something: ``_order`` is held for a few dictionary operations only.
    """

    def __init__(self, room: int) -> None:
        self.room = room
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._order = threading.Lock()
        self._making: WeakValueDictionary[Hashable, threading.Lock] = WeakValueDictionary()  # gone with the last waiter

    def __contains__(self, key: Hashable) -> bool:
        return key in self._values

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of the key. One thread makes it, others who want it wait; where that fails, the next one tries."""
        if (found := self._read(key)) is not None:
            return found
        with self._lock_of(key):
            if (found := self._read(key)) is None:
                self._keep(key, found := make())
            return found

    def clear(self) -> None:
        with self._order:
            self._values.clear()

    def _read(self, key: Hashable) -> Any:
        with self._order:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def _lock_of(self, key: Hashable) -> threading.Lock:
        with self._order:
            return self._making.setdefault(key, threading.Lock())

    def _keep(self, key: Hashable, value: Measured) -> None:
        with self._order:
            self._values[key] = value
            while len(self._values) > 1 and sum(kept.nbytes for kept in self._values.values()) > self.room:
                self._values.popitem(last=False)
