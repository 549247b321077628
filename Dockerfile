# One image for web, worker, beat, log signer, migration and mail catcher; docker-compose.yml chooses the command.
FROM python:3.11-slim AS build
WORKDIR /app
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY .ci/uv.txt /tmp/uv.txt
RUN python -m pip install --no-cache-dir --require-hashes -r /tmp/uv.txt
# Dependencies first: they change seldom, and this layer is the large one.
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-dev --no-install-project
COPY approval approval
COPY worker worker
COPY templates templates
COPY wsgi.py ./
RUN uv sync --frozen --no-dev

FROM python:3.11-slim
# Numeric, so that an orchestrator can see that it is not root without reading the password file.
RUN groupadd --gid 10001 approval \
    && useradd --uid 10001 --gid approval --no-create-home --home-dir /data --shell /usr/sbin/nologin approval \
    && groupadd --gid 10002 log-signer \
    && useradd --uid 10002 --gid log-signer --no-create-home --home-dir /log-signer --shell /usr/sbin/nologin log-signer \
    && install --directory --owner approval --group approval --mode 0700 /data /mails \
    && install --directory --owner log-signer --group log-signer --mode 0700 /log-signer
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    APPROVAL_MODE=production \
    APPROVAL_DATA_DIR=/data
USER 10001:10001
VOLUME ["/data"]
EXPOSE 8000
CMD ["gunicorn", "wsgi:app", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--timeout", "60", "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-"]
