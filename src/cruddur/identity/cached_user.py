"""Users through a cache, so that the processes of a service read a profile once."""

from cruddur.domain.errors import Unauthenticated
from cruddur.domain.model import User
from cruddur.identity.context import IdentityContext
from cruddur.identity.find_user import check_user_is_there, read_user
from cruddur.ports.cache import Cache
from cruddur.ports.cache_codec import CacheCodec
from cruddur.schema import keys

_codec = CacheCodec(User)


class CachedUser:
    """Wraps `read_user` and `check_user_is_there`."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache

    async def read(
        self, identity: IdentityContext, user_uuid: str, *, consistent: bool = True
    ) -> User:
        """Returns the user from the cache, or from the table, and caches it then."""
        name = keys.user_name(user_uuid)
        cached = await self._cache.get(name)
        user = _codec.decode(name, cached.value)
        if user is None:
            is_certain = consistent or cached.strongly
            user = await read_user.plain(identity, user_uuid, consistent=is_certain)
            if cached.lease is not None:
                value = _codec.encode(user)
                await self._cache.put(name, cached.lease, value, consistent=is_certain)
        return user

    async def check(
        self, identity: IdentityContext, user_uuid: str, *, consistent: bool = True
    ) -> User:
        """Reads the table. A user who is not there leaves the cache as well."""
        try:
            return await check_user_is_there.plain(identity, user_uuid, consistent=consistent)
        except Unauthenticated:
            await self._cache.invalidate([keys.user_name(user_uuid)])
            raise


def with_cached_user(identity: IdentityContext, cache: Cache) -> IdentityContext:
    """Makes the use cases of this context read users through the cache, and returns the context."""
    cached = CachedUser(cache)
    read_user.wrap(identity, cached.read)
    check_user_is_there.wrap(identity, cached.check)
    return identity
