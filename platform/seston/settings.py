"""Every setting of the site, read from the environment; README.md has them in one table."""

from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from environs import Env, validate

from seston import embedded
from seston.secrets import kept_secret

env = Env()
PACKAGE = Path(__file__).resolve().parent
# A wheel brings templates and static files inside this package; in a checkout they stand at the top.
IS_WHEEL = (PACKAGE / "templates").is_dir()
ROOT = PACKAGE if IS_WHEEL else PACKAGE.parent.parent
PYTHON_PATH = [] if IS_WHEEL else [str(ROOT / "platform"), str(ROOT)]  # of the site's processes
SESTON_HOME = Path(env.str("SESTON_HOME", ".seston" if IS_WHEEL else str(ROOT / ".seston"))).absolute()

DEBUG = env.bool("SESTON_DEBUG", False)
SECRET_KEY = env.str("SESTON_SECRET_KEY", "") or kept_secret(SESTON_HOME / "secret-key")
# this machine always: the supervisor asks for /healthz there
ALLOWED_HOSTS = [*env.list("SESTON_HOSTS", ["testserver"]), "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS: list[str] = env.list("SESTON_ORIGINS", [])
SESTON_HOST = env.str("SESTON_HOST", "127.0.0.1")
SESTON_PORT = env.int("SESTON_PORT", 8000)
ADMIN_PASSWORD = env.str("SESTON_ADMIN_PASSWORD", "")  # of `admin` in the demo; made up where there is none

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "template_partials",
    "seston",
    "annotations.accounts",
    "annotations.projects",
    "annotations.jobs",
    "annotations.taxonomy",
    "annotations.samples",
    "annotations.measurements",
    "annotations.labels",
    "annotations.taxon_matching",
    "annotations.search",
    "annotations.traits",
    "annotations.marks",
    "annotations.learning",
    "annotations.similarity",
    "annotations.refitting",
    "annotations.retraining",
    "annotations.effort",
    "annotations.pulls",
    "annotations.gallery",
    "annotations.maps",
    "annotations.review",
    "annotations.clusters",
    "annotations.checks",
    "annotations.assignments",
    "annotations.readings",
    "annotations.discussions",
    "annotations.summaries",
    "annotations.abundance",
    "annotations.volumes",
    "annotations.taxon_traits",
    "annotations.regroupings",
    "annotations.scans",
    "annotations.results",
    "annotations.publishing",
    "annotations.metadata",
    "annotations.imports",
    "annotations.exports",
    "annotations.history",
    "annotations.deletions",
    "annotations.moving",
    "annotations.public",
    "annotations.api",
    "annotations.demo",
    "worker",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "seston.compression.CompressPages",
    "seston.standby.MarkChanges",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "annotations.common.site_activity.NoteAttendance",
    "annotations.common.refusals.SayRefusals",
    "seston.addresses.RefuseImpossibleAddresses",
    "annotations.api.heads.AnswerHead",
    "annotations.api.query_parameters.RefuseUnknownParameters",
    "annotations.api.links.LinkPages",
    "annotations.api.unchanged.AnswerUnchanged",
    "annotations.api.origins.AllowOrigins",
]

ROOT_URLCONF = "seston.urls"
ASGI_APPLICATION = "seston.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "annotations.discussions.context.mentions",
            ],
            "builtins": ["seston.templatetags.addresses"],
        },
    }
]

# Each thread of the web process and each worker keeps its connection, and makes sure that it still stands.
DATABASE_URL = env.str("DATABASE_URL", "") or embedded.database_url(SESTON_HOME)
DATABASES = {
    "default": dj_database_url.parse(
        DATABASE_URL, engine="seston.postgresql", conn_max_age=None, conn_health_checks=True
    )
}
# seconds: of a server that is unreachable, hearts of jobs and requests hear soon
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# how long a browser that changed something is to be answered by the primary; 0: there is no standby
STANDBY_SECONDS = env.int("SESTON_STANDBY_SECONDS", 0)
REDIS_URL = env.str("REDIS_URL", "") or embedded.redis_url(SESTON_HOME)
CACHES = {"default": {"BACKEND": "seston.caching.Cache", "LOCATION": REDIS_URL}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["annotations.accounts.backends.GuardedBackend"]
SIGN_IN_TRIES = env.int(
    "SESTON_SIGN_IN_TRIES", 5
)  # wrong passwords for a name from an address before it locks
SIGN_IN_LOCK_SECONDS = env.int(
    "SESTON_SIGN_IN_LOCK_SECONDS", 60
)  # first lock; each further failure doubles it
SIGN_IN_LONGEST_LOCK = env.int("SESTON_SIGN_IN_LONGEST_LOCK", 3600)  # seconds
# that one address may ask of pages without an account, a minute
PUBLIC_REQUESTS = env.int("SESTON_PUBLIC_REQUESTS", 240)
TOKEN_DAYS = env.int("SESTON_TOKEN_DAYS", 365)  # that a token for the API is valid
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "projects:list"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SESTON_HTTPS", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("SESTON_HTTPS", False) else None

# smtp+tls://name:password@host:587; without it the site sends no e-mails, and people hand links over
SENDS_EMAIL = bool(env.str("SESTON_EMAIL_URL", ""))
vars().update(env.dj_email_url("SESTON_EMAIL_URL", "dummy://"))
DEFAULT_FROM_EMAIL = env.str("SESTON_EMAIL_FROM", "seston@localhost")

LANGUAGE_CODE = "en-gb"
USE_I18N = False  # pages are in one language: nothing has to be looked up for each text and number
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]

# Browsers fetch what lies in a bucket from there; off where they can't reach it: then it passes through the site.
S3_PRESIGNED = env.bool("SESTON_S3_PRESIGNED", True)
# Pictures. One bucket or one folder; keys are content-addressed, see annotations/pictures/keys.py.
if env.str("SESTON_S3_BUCKET", ""):
    from botocore.config import Config as BotoConfig

    _default_storage: dict = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env.str("SESTON_S3_BUCKET"),
            "endpoint_url": env.str("AWS_S3_ENDPOINT_URL", None),
            "default_acl": None,
            # a person waits for the picture: boto3's own minute, five times, is too long
            "client_config": BotoConfig(
                connect_timeout=5,
                read_timeout=20,
                max_pool_connections=32,  # a worker fetches 16 pictures at once
                retries={"mode": "standard", "total_max_attempts": 3},
                signature_version="s3v4",  # the older one is refused by younger regions, and by many other services
            ),
        },
    }
    # beside the pictures, whose keys begin with `v/`
    _artefact_storage: dict = {
        **_default_storage,
        "OPTIONS": {**_default_storage["OPTIONS"], "location": "artefacts"},
    }
else:
    _artefact_storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": SESTON_HOME},
    }
    _default_storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": SESTON_HOME / "files"},
    }
STORAGES = {
    "default": _default_storage,
    "artefacts": _artefact_storage,  # see annotations/pictures/artefacts.py
    "staticfiles": {"BACKEND": "seston.static_addresses.VersionedStaticFiles"},
}
ARTEFACTS_FOLDER = SESTON_HOME  # where they lie, or this machine's copies
COPIES_BYTES = env.int("SESTON_COPIES_BYTES", 50 * 10**9)  # of models and learning sets out of the bucket
MODELS_FOLDER = ARTEFACTS_FOLDER / "models"
LEARNING_SETS_FOLDER = ARTEFACTS_FOLDER / "learning_sets"
UPLOADS_FOLDER = ARTEFACTS_FOLDER / "uploads"
EXPORTS_FOLDER = ARTEFACTS_FOLDER / "exports"
UPLOAD_MAX_BYTES = env.int("SESTON_UPLOAD_MAX_BYTES", 10 * 10**9)  # of a resumable upload
# of all that a person has sent and no import has taken yet
UPLOAD_QUOTA_BYTES = env.int("SESTON_UPLOAD_QUOTA_BYTES", 30 * 10**9)
# that such an upload waits for its rest, and
UPLOAD_DAYS = env.float("SESTON_UPLOAD_DAYS", 3.0)  # that a package that was only checked, or asks, is kept
EXPORT_DAYS = env.float("SESTON_EXPORT_DAYS", 14.0)  # that the file of an export is kept
BIN_DAYS = env.float("SESTON_BIN_DAYS", 30.0)  # that a deleted project can be restored
EMBEDDING_DAYS = env.float("SESTON_EMBEDDING_DAYS", 30.0)  # of an archived model
# that what an archived model said is kept beside what other models said of the object
ARCHIVED_PREDICTION_DAYS = env.float("SESTON_ARCHIVED_PREDICTION_DAYS", 90.0)
# that a prediction can be taken back: so long is kept what it replaced
PREDICTION_UNDO_DAYS = env.float("SESTON_PREDICTION_UNDO_DAYS", 90.0)
# A graph of neighbours that does not fit is built many times slower: a million embeddings take about 900 MB.
INDEX_MEMORY = env.str("SESTON_INDEX_MEMORY", "1GB")
# servers, as `host` or `host:port`, that may be called although they lie in a private network
PRIVATE_HOSTS: list[str] = [str(name).lower() for name in env.list("SESTON_PRIVATE_HOSTS", [""]) if name]
# from where imports come besides uploads: names → absolute paths, names → buckets with a prefix, addresses or none
IMPORT_FOLDERS: dict[str, str] = env.dict("SESTON_IMPORT_FOLDERS", {})
IMPORT_BUCKETS: dict[str, str] = env.dict("SESTON_IMPORT_BUCKETS", {})
IMPORT_USERS: dict[str, str] = env.dict("SESTON_IMPORT_USERS", {})  # of those that are not for all managers
IMPORT_URLS = env.bool("SESTON_IMPORT_URLS", True)
# of those buckets, where they are not the site's own
IMPORT_S3_ENDPOINT = env.str("SESTON_IMPORT_S3_ENDPOINT", "") or env.str("AWS_S3_ENDPOINT_URL", "")
IMPORT_S3_KEY = env.str("SESTON_IMPORT_S3_KEY", "")
IMPORT_S3_SECRET = env.str("SESTON_IMPORT_S3_SECRET", "")
ECOTAXA_REQUESTS_PER_SECOND = env.float("SESTON_ECOTAXA_REQUESTS_PER_SECOND", 20)  # of one job, pictures too
ECOTAXA_RETRY_SECONDS = 1.0  # before the second try; then 2, 4 and 8
FETCH_MAX_BYTES = env.int("SESTON_FETCH_MAX_BYTES", 10 * 10**9)  # of a package that the site fetches itself
IMPORT_MAX_BYTES = env.int("SESTON_IMPORT_MAX_BYTES", 50 * 10**9)  # of a package, unpacked
MEASURE_ON_IMPORT = env.bool(
    "SESTON_MEASURE_ON_IMPORT", True
)  # a job follows each import that brought objects
# number of the backbone that looks at what is imported, where a project has marked no space as its own; 0: none
DEFAULT_BACKBONE = env.int("SESTON_DEFAULT_BACKBONE", 0)
LEARN_WHILE_SORTING = env.bool(
    "SESTON_LEARN_WHILE_SORTING", True
)  # a job follows people's labels where objects have embeddings; a project may say no
MEASURE_PROCESSES = env.int("SESTON_MEASURE_PROCESSES", 0)  # 0: one for each core
# who creates taxa by hand: `manager`, `expert` or `annotator` of a project, or `administrator` alone
TAXON_CREATORS = env.str(
    "SESTON_TAXON_CREATORS",
    "manager",
    validate=validate.OneOf(["manager", "expert", "annotator", "administrator"]),
)
# that may share one prediction; 1: none is shared
PREDICTION_WORKERS = env.int("SESTON_PREDICTION_WORKERS", 8)
# of a worker's arithmetic while it predicts; 0: all cores, so several workers of one machine without a GPU part them
PREDICTION_THREADS = env.int("SESTON_PREDICTION_THREADS", 0)
# of rest for each second that a prediction's worker writes while people are at the site; 0: none
PREDICTION_REST = env.float("SESTON_PREDICTION_REST", 1.0, validate=validate.Range(min=0))
SERVE_SECONDS = env.int("SESTON_SERVE_SECONDS", 30)  # that a person waits for the serving worker
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # the job row, not the broker, remembers unfinished work (worker/watch.py)
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_DISABLE_PREFETCH = True  # a busy worker takes no message that a free one could
CELERY_TASK_ALWAYS_EAGER = env.bool("SESTON_EAGER", False)
CELERY_TASK_DEFAULT_QUEUE = "cpu"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "watch-jobs": {"task": "worker.watch_jobs", "schedule": 5.0},
    "compact-tally": {"task": "worker.compact_tally", "schedule": 60.0},
    "forget-answered-requests": {"task": "worker.forget_answered_requests", "schedule": 3600.0},
    "retrain": {"task": "worker.retrain", "schedule": 60.0},
    "sweep": {"task": "worker.sweep", "schedule": 3600.0},
    # at an hour, not after one: a beat that restarts counts anew
    "remove-archived-predictions": {
        "task": "worker.remove_archived_predictions",
        "schedule": crontab(hour=3, minute=30),
    },
    "count-use": {"task": "worker.count_use", "schedule": 300.0},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "annotations.accounts.authentication.HashedTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["annotations.api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "annotations.api.parsers.TextJSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "annotations.api.description.SubjectSchema",
    "EXCEPTION_HANDLER": "annotations.api.errors.as_json",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Seston",
    "DESCRIPTION": "Browse, annotate and classify plankton images. Sign in with the header `Authorization: Token …`; a "
    "token comes from your account's page, or from `POST /api/v1/token/`. Times are UTC. Lists that go on have `next`, "
    "which is the `cursor` of the following page and stands as a whole address in the header `Link`. What takes long "
    "answers 202 with a job: ask `jobs/{id}/` until `finished` has a time.",
    "LICENSE": {"name": "BSD-3-Clause"},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "annotations.api.description.complete",
    ],
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",  # the page must work without the internet
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "ObjectStateEnum": ["unclassified", "predicted", "dubious", "validated", "machine-validated"],
        "GivenStateEnum": ["unclassified", "dubious", "validated"],
        "TraitKindEnum": "annotations.traits.models.TRAIT_KINDS",
        "TaxonKindEnum": ["P", "M"],
        "OutlineCorrectionKindEnum": "annotations.scans.corrections.models.CorrectionKind",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("SESTON_LOG_LEVEL", "WARNING")},
}
