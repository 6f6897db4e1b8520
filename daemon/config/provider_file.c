#include "config/provider_file.h"

#include <string.h>

#include "base/arena.h"
#include "base/parse.h"
#include "base/text.h"
#include "config/config.h"
#include "config/folder.h"
#include "config/tables.h"

/* Members that the kind has no key for; strings are never NULL. */
static void fill_empty(struct provider *provider)
{
    const char **texts[] = {
        &provider->url,    &provider->user, &provider->credential,   &provider->oauth,         &provider->ca_file,
        &provider->method, &provider->body, &provider->content_type, &provider->id_pointer,    &provider->directory,
        &provider->sender, &provider->name, &provider->password,     &provider->envelope_from,
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (*texts[i] == NULL)
            *texts[i] = "";
}

void provider_file_finish_common(struct reader *reader, struct provider *provider)
{
    fill_empty(provider);
    provider->file = reader->file;
    if (provider->connections == 0)
        provider->connections = reader->config->settings.sender_connections;
}

void provider_file_finish_drop(struct reader *reader, config_setting_t *setting, void *target)
{
    struct provider_keys *keys = target;
    provider_file_finish_common(reader, &keys->provider);
    if (config_setting_get_member(setting, "directory") != NULL && keys->provider.directory[0] == '\0')
        reader_error(reader, reader_member(setting, "directory"), "directory: is empty; write a path");
}

/* ---- smtp ---- */

/* host[:port], [address][:port]; nothing behind it but a slash. */
static bool is_host(const char *text)
{
    static const char name[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    size_t length = strspn(text, name);
    if (text[0] == '[') {
        length = 1 + strspn(text + 1, "0123456789abcdefABCDEF:.");
        length += text[length] == ']';
    }
    const char *rest = text + length;
    if (length == 0)
        return false;
    if (*rest == ':') {
        size_t digits = strspn(rest + 1, "0123456789");
        if (digits == 0 || digits > 5)
            return false;
        rest += 1 + digits;
    }
    return *rest == '\0' || text_equal(rest, "/");
}

bool provider_url_is_local(const char *url)
{
    static const char *const hosts[] = {"localhost", "127.", "[::1]", "ip6-localhost"};
    const char *host = strstr(url, "://");
    if (host == NULL)
        return false;
    host += 3;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        size_t length = strlen(hosts[i]);
        if (!text_starts(host, hosts[i]))
            continue;
        if (text_ends(hosts[i], "."))
            return strspn(host, "0123456789.") == strcspn(host, ":/");
        return host[length] == '\0' || host[length] == ':' || host[length] == '/';
    }
    return false;
}

const char *provider_mail_url_fault(const char *url)
{
    if (!text_starts(url, "smtps://") && !text_starts(url, "smtp://"))
        return "this is no mail server; write smtp:// or smtps://, host and port";
    if (!is_host(strstr(url, "://") + 3))
        return "it has a host, perhaps a port, and nothing else; write it like smtp://mail.example.com:587";
    return NULL;
}

static void check_smtp_url(struct reader *reader, config_setting_t *setting, struct provider *provider)
{
    config_setting_t *tls = config_setting_get_member(setting, "tls");
    config_setting_t *url = reader_member(setting, "url");
    bool implicit = text_starts(provider->url, "smtps://");
    const char *fault = provider_mail_url_fault(provider->url);
    if (fault != NULL) {
        reader_error(reader, url, "url: %s", fault);
        return;
    }
    if (tls == NULL) {
        provider->tls = implicit ? TLS_IMPLICIT : TLS_STARTTLS;
        return;
    }
    if (implicit != (provider->tls == TLS_IMPLICIT))
        reader_error(reader, tls, "tls: %s does not fit to the url; smtps:// is implicit, smtp:// is starttls or none",
                     names_word(&tls_mode_names, (int)provider->tls));
    if (provider->tls == TLS_NONE && !provider_url_is_local(provider->url))
        reader_warn(reader, tls, "tls: none sends mails and passwords readable for everyone on the way; use starttls");
}

void provider_file_check_login(struct reader *reader, config_setting_t *setting, const struct provider *provider)
{
    int secrets = (provider->credential[0] != '\0') + (provider->oauth[0] != '\0') + (provider->password[0] != '\0');
    const char *kind = names_word(&provider_kind_names, (int)provider->kind);
    config_setting_t *password = config_setting_get_member(setting, "password");
    if (provider->user[0] != '\0' && secrets == 0)
        reader_error(reader, reader_member(setting, "user"),
                     "user: there is no password for it; add credential = \"NAME\"; and give dunningd-send that "
                     "credential");
    if (provider->user[0] == '\0' && secrets > 0)
        reader_error(reader, setting, "provider %s: there is a secret but no user; add user = \"...\";", kind);
    if (secrets > 1)
        reader_error(reader, setting, "provider %s: there is more than one secret; keep one of credential, %spassword",
                     kind, provider->oauth[0] == '\0' ? "" : "oauth, ");
    if (password != NULL && !reader->config->settings.allow_inline_secrets)
        reader_error(reader, password,
                     "password: secrets do not belong in this file; use credential, or set allow_inline_secrets = "
                     "true; in dunningd.conf");
}

void provider_file_finish_smtp(struct reader *reader, config_setting_t *setting, void *target)
{
    struct provider_keys *keys = target;
    provider_file_finish_common(reader, &keys->provider);
    if (config_setting_get_member(setting, "url") != NULL)
        check_smtp_url(reader, setting, &keys->provider);
    provider_file_check_login(reader, setting, &keys->provider);
    reader_address(reader, setting, "envelope_from", keys->provider.envelope_from);
}

/* ---- all files ---- */

struct collection {
    struct provider *list;
    size_t count;
};

static void collect(struct reader *reader, struct collection *all, const struct provider *provider)
{
    for (size_t i = 0; i < all->count; i++) {
        if (text_equal(all->list[i].name, provider->name)) {
            findings_add(reader->findings, SEVERITY_ERROR, provider->file, 0,
                         "name: a provider \"%s\" is in %s already; rename one", provider->name, all->list[i].file);
            return;
        }
    }
    all->list[all->count++] = *provider;
}

static void load_file(struct reader *reader, const char *name, struct collection *all)
{
    struct provider_file file = {NULL};
    config_t *document = reader_open(reader, name);
    if (document == NULL)
        return;
    reader_group(reader, config_root_setting(document), &group_provider_file, &file);
    reader_close(&document);
    if (file.provider != NULL && file.provider->name[0] != '\0')
        collect(reader, all, file.provider);
}

void provider_files_load(struct reader *reader, const char *path)
{
    struct folder folder;
    struct collection all = {0};
    if (!folder_read(path, false, reader->arena, reader->findings, &folder))
        return;
    all.list = arena_array(reader->arena, folder.count + 1, sizeof *all.list);
    for (size_t i = 0; i < folder.count; i++)
        if (text_ends(folder.names[i], ".conf"))
            load_file(reader, folder_file(&folder, i, reader->arena), &all);
    reader->config->providers = all.list;
    reader->config->provider_count = all.count;
}
